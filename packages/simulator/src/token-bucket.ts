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
  #rate = 0n
  #burst = 0n // millionths of a unit
  #level: bigint // millionths of a unit
  #filledAt: number // whole microseconds

  constructor(options: TokenBucketOptions, now: Instant) {
    this.#set(options)
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

  /** Another rate and burst from `now` on. What the bucket holds stays, as far as there is room for it. */
  change(now: Instant, options: TokenBucketOptions): void {
    this.#fill(now)
    this.#set(options)
    this.#raise(0n)
  }

  #set({ rate, burst }: TokenBucketOptions): void {
    if (rate < 0n) throw new SimulatorError('rate', rate, 'units per second, 0 or more')
    if (burst < 0n) throw new SimulatorError('burst', burst, 'units, 0 or more')
    this.#rate = rate
    this.#burst = burst * MICROS_PER_SECOND
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
