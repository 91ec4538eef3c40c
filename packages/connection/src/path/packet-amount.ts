/**
 * The largest amount one packet may carry over the path, as path MTU discovery finds it for bytes. Source units.
 *
 * An F08 (amount too large) lowers the limit, and anyone on the path can forge one, so no limit is final:
 *
 * | State | The limit is | A packet that tests it gets through | An F08 |
 * | --- | --- | --- | --- |
 * | open | the caller's maximum | stays | → searching |
 * | searching | a guess, or what an F08 stated | doubles it | lowers it; → settled when a smaller amount is known to pass |
 * | settled | between an amount that passed and one that did not | after `patience` of them it grows by a tenth | patience doubles |
 *
 * A settled limit is given up as soon as an amount passes that was refused before: the path has grown, or the F08 lied.
 */

/** Packets at the limit before a settled limit is tested again. */
const FIRST_PATIENCE = 8
/** A bound, so that a path that has grown is noticed some time: one packet of a thousand may be refused for it. */
const LONGEST_PATIENCE = 1024

export class PacketAmount {
  readonly #maximum: bigint
  #limit: bigint
  /** The largest amount that passed since the path last turned out smaller. */
  #passed = 0n
  /** The smallest amount refused above `#passed`: only when settled. */
  #refused: bigint | undefined
  #patience = FIRST_PATIENCE
  #successes = 0

  /** @param maximum the caller's own limit, source units: 2^64 − 1 for none */
  constructor(maximum: bigint) {
    this.#maximum = maximum
    this.#limit = maximum
  }

  /** The largest amount for a packet now. */
  get limit(): bigint {
    return this.#limit
  }

  /**
   * @param amount of the refused packet
   * @param maximum what the F08 states, scaled to our units; `undefined` when it states nothing usable
   * @param floor the smallest amount worth sending: the limit does not fall below it
   */
  onTooLarge(amount: bigint, maximum: bigint | undefined, floor: bigint): void {
    const stated = maximum !== undefined && maximum < amount ? maximum : undefined
    // A packet larger than the limit was on its way when the limit fell: that it was refused is no news.
    if (amount > this.#limit && (stated === undefined || stated >= this.#limit)) return
    if (amount <= this.#passed) this.#passed = 0n

    const half = amount / 2n
    const target = stated ?? (half > this.#passed ? half : this.#passed)
    if (target < this.#passed) this.#passed = 0n
    this.#limit = this.#withinBounds(target, floor)
    this.#successes = 0
    if (this.#passed > 0n && this.#limit < this.#passed * 2n) {
      if (this.#refused !== undefined) this.#patience = Math.min(this.#patience * 2, LONGEST_PATIENCE)
      this.#refused = amount
    } else this.#search()
  }

  /** @param amount of a packet that reached the receiver, whatever the receiver answered */
  onDelivered(amount: bigint): void {
    if (amount > this.#passed) this.#passed = amount
    if (this.#refused !== undefined && amount >= this.#refused) this.#search()
    // Amounts are often a little below the limit, because they must deliver whole units: half of it tests it enough.
    if (this.#limit === this.#maximum || amount * 2n <= this.#limit) return
    if (this.#refused === undefined) return this.#raise(this.#limit)
    if (++this.#successes < this.#patience) return
    this.#successes = 0
    this.#raise(this.#limit / 10n || 1n)
  }

  /** The path changed: everything learnt is void. */
  reset(): void {
    this.#limit = this.#maximum
    this.#passed = 0n
    this.#search()
  }

  #search(): void {
    this.#refused = undefined
    this.#patience = FIRST_PATIENCE
    this.#successes = 0
  }

  #raise(by: bigint): void {
    this.#limit = this.#withinBounds(this.#limit + by, 1n)
  }

  #withinBounds(amount: bigint, floor: bigint): bigint {
    const atLeast = amount > floor ? amount : floor
    const positive = atLeast > 0n ? atLeast : 1n
    return positive < this.#maximum ? positive : this.#maximum
  }
}
