import type { Duration, Instant } from '@stream/flow'
import type { Cancel, Scheduler, VirtualClock } from '../scheduler.js'

/**
 * The clocks of one machine. Its monotonic one may jump ahead, as after a sleep, and never goes back; its time of day may
 * be set wrong and right again, forwards and backwards.
 */
export class SkewedClock implements VirtualClock {
  readonly #scheduler: Scheduler
  #ahead: Duration = 0
  #wrongBy: Duration = 0

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  get now(): Instant {
    return this.#scheduler.now + this.#ahead
  }

  get hasStepped(): boolean {
    return this.#ahead !== 0
  }

  at(at: Instant, action: () => void): Cancel {
    return this.#scheduler.at(at - this.#ahead, action)
  }

  /**
   * Jumps, by whole milliseconds: a timer that is converted to the scheduler's time and back must not come out a hair
   * early, or whoever waits for it sets it again for ever. Timers that were set before fire when they would have: late.
   */
  step(by: Duration): void {
    this.#ahead += Math.round(by)
  }

  /** From now on the time of day is told wrong by this much. */
  mistake(by: Duration): void {
    this.#wrongBy = by
  }

  /** An expiry as this machine writes it into a packet. */
  toWire(at: Instant): Instant {
    return at - this.#ahead + this.#wrongBy
  }

  fromWire(at: Instant): Instant {
    return at + this.#ahead - this.#wrongBy
  }
}
