import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Scheduler } from '../scheduler.js'
import { SkewedClock } from './skewed-clock.js'

const milliseconds = fc.integer({ min: 0, max: 2 ** 29 }).map((n) => n / 8_192)

test('a timer of a clock that has jumped fires when that clock shows its instant, and not a hair earlier', () => {
  fc.assert(
    fc.property(milliseconds, milliseconds, milliseconds, (begin, by, delay) => {
      const scheduler = new Scheduler(1_700_000_000_000 + begin)
      const clock = new SkewedClock(scheduler)
      clock.step(by)
      const at = clock.now + delay
      let seen = 0
      clock.at(at, () => (seen = clock.now))
      scheduler.run()
      expect(seen).toBeGreaterThanOrEqual(at)
      expect(seen).toBeLessThan(at + 0.01)
    }),
    { numRuns: 1_000 },
  )
})
