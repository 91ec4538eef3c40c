import type { Instant } from '@stream/flow'
import { SimulatorError } from './errors.js'

export interface TokenBucketOptions {
  /** Units that come back per second. */
  readonly rate: bigint
  /** The most units the bucket holds, and what it holds at the start. */
  readonly burst: bigint
}

const MICROS_PER_SECOND = 1_000_000n

/**
 * A bucket that holds `burst` units and refills at `rate` units a second.
 * It counts in millionths of a unit and whole microseconds, so no refill is lost to rounding however often it is asked.
 */
export class TokenBucket {
  readonly #rate: bigint
  readonly #burst: bigint
  #level: bigint // millionths of a unit
  #filledAt: number // whole microseconds

  constructor(options: TokenBucketOptions, now: Instant) {
    if (options.rate < 0n) throw new SimulatorError('rate', options.rate, 'units per second, 0 or more')
    if (options.burst < 0n) throw new SimulatorError('burst', options.burst, 'units, 0 or more')
    this.#rate = options.rate
    this.#burst = options.burst * MICROS_PER_SECOND
    this.#level = this.#burst
    this.#filledAt = Math.floor(now * 1000)
  }

  /** Whole units that could be taken at `now`. */
  available(now: Instant): bigint {
    this.#fill(now)
    return this.#level / MICROS_PER_SECOND
  }

  /** Takes all of `amount` or nothing. */
  take(now: Instant, amount: bigint): boolean {
    this.#fill(now)
    const wanted = amount * MICROS_PER_SECOND
    if (wanted > this.#level) return false
    this.#level -= wanted
    return true
  }

  /** Gives back what was taken for a packet that came to nothing. */
  refund(amount: bigint): void {
    this.#raise(amount * MICROS_PER_SECOND)
  }

  #fill(now: Instant): void {
    const micros = Math.floor(now * 1000)
    if (micros <= this.#filledAt) return // a clock that was set back refills nothing
    this.#raise(this.#rate * BigInt(micros - this.#filledAt))
    this.#filledAt = micros
  }

  #raise(by: bigint): void {
    const level = this.#level + by
    this.#level = level > this.#burst ? this.#burst : level
  }
}
