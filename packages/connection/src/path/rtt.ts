/** Weight of history in the smoothed value, as in TCP and QUIC (RFC 9002 section 5.3). */
const HISTORY = 7 / 8

/** Round-trip time in milliseconds, from authenticated replies only: anyone on the path can answer early or late. */
export class RoundTrip {
  #smoothed = 0
  #minimum = Infinity

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

  /** Negative and non-finite values come from a clock that moved: they are ignored. */
  sample(ms: number): void {
    if (!(ms >= 0 && ms < Infinity)) return
    this.#smoothed = this.known ? HISTORY * this.#smoothed + (1 - HISTORY) * ms : ms
    if (ms < this.#minimum) this.#minimum = ms
  }

  /** The path changed: nothing is known. */
  reset(): void {
    this.#smoothed = 0
    this.#minimum = Infinity
  }
}
