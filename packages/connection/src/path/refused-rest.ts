import type { Instant } from '@stream/flow'

/** So often an amount is refused, each time after the path has looked good enough for it, before it is given up. */
const MOST_REFUSALS = 3

/**
 * The rest of a stream that the receiver refuses because too little of it arrives. Where several hops round, a small
 * amount loses more than any rate tells, and probes with large ones promise it anew each time.
 */
export class RefusedRest {
  #amount = 0n
  #times = 0
  #lastAt: Instant = -Infinity

  /** Less than its minimum arrived of a packet that left at `sentAt`. Those that were in flight together count once. */
  onRefused(now: Instant, amount: bigint, sentAt: Instant): void {
    if (amount !== this.#amount) this.#times = 0
    else if (sentAt < this.#lastAt) return
    this.#amount = amount
    this.#times++
    this.#lastAt = now
  }

  /** So much arrives after all. */
  onFulfilled(amount: bigint): void {
    if (amount === this.#amount) this.#times = 0
  }

  /** Nothing is known of a new path. */
  reset(): void {
    this.#times = 0
  }

  isHopeless(amount: bigint): boolean {
    return amount === this.#amount && this.#times >= MOST_REFUSALS
  }
}
