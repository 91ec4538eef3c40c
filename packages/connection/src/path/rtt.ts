import type { Instant } from '@stream/flow'

/** Weight of history in the smoothed value, as in TCP and QUIC (RFC 9002 section 5.3). */
const HISTORY = 7 / 8

/** A sample tells what the path is like now for so many milliseconds. */
const FRESH = 250

/** Round-trip time in milliseconds, from authenticated replies only: anyone on the path can answer early or late. */
export class RoundTrip {
  #smoothed = 0
  #minimum = Infinity
  #sampledAt: Instant = 0

  /** Smoothed milliseconds; 0 until `known`. */
  get smoothed(): number {
    return this.#smoothed
  }

  /** Least milliseconds seen; 0 until `known`. */
  get minimum(): number {
    return this.known ? this.#minimum : 0
  }

  get known(): boolean {
    return this.#minimum !== Infinity
  }

  /** Known, and measured not long ago. */
  isFresh(now: Instant): boolean {
    return this.known && now - this.#sampledAt <= FRESH
  }

  /** Negative and non-finite values come from a clock that moved: they are ignored. */
  sample(ms: number, now: Instant): void {
    if (!(ms >= 0 && ms < Infinity)) return
    this.#sampledAt = now
    this.#smoothed = this.known ? HISTORY * this.#smoothed + (1 - HISTORY) * ms : ms
    if (ms < this.#minimum) this.#minimum = ms
  }

  /** The path changed: nothing is known. */
  reset(): void {
    this.#smoothed = 0
    this.#minimum = Infinity
  }
}
