import type { Instant } from '@stream/flow'

/** Destination units that the roundings of many hops may take. Where more is missing, the rate may be bad for a while. */
const MOST_ROUNDED = 16n
/**
 * An amount is given up at 24 points: when rounding explains the loss after three refusals, each of them after the path
 * has looked good enough for it, else after eight. With a new look at the rate before each, those take about a minute.
 */
const GIVEN_UP = 24
const POINTS = { rounding: 8, rate: 3 } as const
/** Amounts remembered: the rests of the streams that want to send, and what is tried in their place. */
const MOST_AMOUNTS = 16

interface Refusals {
  readonly points: number
  readonly lastAt: Instant
}

/**
 * The rests of streams that the receiver refuses because too little of them arrives. Where several hops round, a small
 * amount loses more than any rate tells, and probes with large ones promise it anew each time.
 */
export class RefusedRest {
  readonly #refusals = new Map<bigint, Refusals>()

  /**
   * Less than its minimum arrived of a packet that left at `sentAt`. Those that were in flight together count once.
   *
   * @param amount source units
   * @param missing destination units, more than 0
   */
  onRefused(now: Instant, amount: bigint, missing: bigint, sentAt: Instant): void {
    const { points, lastAt } = this.#refusals.get(amount) ?? { points: 0, lastAt: -Infinity }
    if (sentAt < lastAt) return
    this.#refusals.delete(amount)
    const more = missing <= MOST_ROUNDED ? POINTS.rounding : POINTS.rate
    this.#refusals.set(amount, { points: points + more, lastAt: now })
    if (this.#refusals.size <= MOST_AMOUNTS) return
    for (const oldest of this.#refusals.keys()) {
      this.#refusals.delete(oldest)
      return
    }
  }

  /** So much arrives after all. */
  onFulfilled(amount: bigint): void {
    this.#refusals.delete(amount)
  }

  isHopeless(amount: bigint): boolean {
    return (this.#refusals.get(amount)?.points ?? 0) >= GIVEN_UP
  }
}
