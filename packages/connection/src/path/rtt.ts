import type { Duration, Instant } from '@stream/flow'

/** Weight of history in the smoothed value, as in TCP and QUIC (RFC 9002 section 5.3). */
const HISTORY = 7 / 8

/** A sample tells what the path is like now for so many milliseconds. */
const FRESH = 250

/** Round-trip time in milliseconds, from authenticated replies only: anyone on the path can answer early or late. */
export class RoundTrip {
  #smoothed: Duration | undefined
  #sampledAt: Instant = 0

  /** Smoothed milliseconds; 0 before the first sample. */
  get smoothed(): Duration {
    return this.#smoothed ?? 0
  }

  /** Measured not long ago. */
  isFresh(now: Instant): boolean {
    return this.#smoothed !== undefined && now - this.#sampledAt <= FRESH
  }

  /** Negative and non-finite values come from a clock that moved: they are ignored. */
  sample(ms: Duration, now: Instant): void {
    if (!(ms >= 0 && ms < Infinity)) return
    // Up to a millisecond sooner: a fraction of one would be an object of its own.
    this.#sampledAt = Math.floor(now)
    this.#smoothed = this.#smoothed === undefined ? ms : HISTORY * this.#smoothed + (1 - HISTORY) * ms
  }
}
