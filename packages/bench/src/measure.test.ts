import { expect, test } from 'vitest'
import { startUsage, verify, watchEventLoop } from './measure.js'

test('a loop that is kept busy shows as a gap, and as one of our own making', async () => {
  const watching = watchEventLoop(100)
  const used = startUsage()
  while (used().cpu < 0.04);
  const { gap, ownGap } = await watching
  expect(gap).toBeGreaterThan(20)
  expect(ownGap).toBeGreaterThan(20)
  expect(ownGap).toBeLessThanOrEqual(gap)
})

test('a run that does not add up is refused with both numbers', () => {
  verify('units', 3n, '3')
  expect(() => verify('units', 3n, 4)).toThrow('units: got 3, expected 4')
})
