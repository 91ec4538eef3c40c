import { expect, test } from 'vitest'
import { isTurnOver, nextTurn } from './turn.js'

test('a turn is over after some milliseconds of work, and the next one starts afresh', async () => {
  await new Promise<void>((resolve) => nextTurn(resolve))
  expect(isTurnOver()).toBe(false)
  const start = performance.now()
  while (performance.now() - start < 10);
  expect(isTurnOver()).toBe(true)
  await new Promise<void>((resolve) => nextTurn(resolve))
  expect(isTurnOver()).toBe(false)
})
