import { expect, test } from 'vitest'
import { flow, recording, times } from '../../test/recordings.js'
import { lateComerSeconds, lateComerShare } from './late-comer.js'

/** Of two flows on 100,000 units a second the second begins at 10 s, and delivers `perSample` from `after` on. */
const withLateComer = (after: number, perSample: number) => {
  const begin = (10_000 + after) / 100
  const late = flow(
    600,
    { amountDelivered: [...times(begin, 0), ...times(600 - begin, perSample)] },
    { startedAt: 10_000 },
  )
  return recording([flow(600), late])
}

test('the share is what it has in the 5 s up to 20 s after it began', () => {
  expect(lateComerShare(withLateComer(0, 5000))).toBe(1)
  expect(lateComerShare(withLateComer(17_500, 5000))).toBe(0.5)
  expect(lateComerShare(withLateComer(30_000, 5000))).toBe(0)
})

test('the time is until it has 80 % of its fair share over 5 s', () => {
  expect(lateComerSeconds(withLateComer(0, 5000))).toBe(5)
  expect(lateComerSeconds(withLateComer(10_000, 5000))).toBe(14)
  expect(lateComerSeconds(withLateComer(0, 1000))).toBe(50)
})

test('where everybody begins at the beginning there is no late-comer', () => {
  expect(lateComerShare(recording([flow(10), flow(10)]))).toBeUndefined()
  expect(lateComerSeconds(recording([flow(10), flow(10)]))).toBeUndefined()
})
