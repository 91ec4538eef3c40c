import { expect, test } from 'vitest'
import { startUsage, verify, watchEventLoop } from './measure.js'

test('a loop that is kept busy shows as a gap, and as one of our own making', async () => {
  const watching = watchEventLoop(100)
  const used = startUsage()
  while (used().wall < 0.04);
  const { wall, cpu } = used()
  const { gap, ownGap } = await watching
  expect(gap).toBeGreaterThanOrEqual(wall * 1000 - 1)
  // On a crowded machine the loop may have had the processor for a part of that time only.
  expect(ownGap).toBeGreaterThanOrEqual(Math.min(wall * 1000 - 1, cpu * 1000))
  expect(ownGap).toBeLessThanOrEqual(gap)
})

test('a run that does not add up is refused with both numbers', () => {
  verify('units', 3n, '3')
  expect(() => verify('units', 3n, 4)).toThrow('units: got 3, expected 4')
})
