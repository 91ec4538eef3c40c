/**
 * The largest amount one packet may carry over the path, as path MTU discovery finds it for bytes. Source units.
 *
 * An F08 (amount too large) lowers the limit, and anyone on the path can forge one, so no limit is final: now and then
 * one packet, and never a second before its answer, tries more.
 *
 * | State | The limit is | It is tried | An F08 to the trial |
 * | --- | --- | --- | --- |
 * | open | the caller's maximum | – | – |
 * | searching | a guess, or what an F08 stated | doubled, as soon as half of it has passed | → settled |
 * | settled | an amount that passed, below one that did not | a tenth more, after each `patience` packets | patience doubles |
 *
 * An F08 to an ordinary packet means that the path has shrunk: what it states counts, or else half. A trial that passes
 * though as much was refused before means that the path has grown, or that the F08 lied: searching again.
 */

/** Packets at a settled limit before more is tried. */
const FIRST_PATIENCE = 8
/** A bound, so that a path that has grown is noticed some time: one packet of a thousand may be refused for it. */
const LONGEST_PATIENCE = 1024

export class PacketAmount {
  readonly #maximum: bigint
  /** What ordinary packets may carry. */
  #limit: bigint
  /** In flight, above the limit. */
  #trial: bigint | undefined
  /** What the F08 to a trial stated, when that is more than the limit. */
  #stated: bigint | undefined
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

  /** The largest amount for the next packet: the limit, or once in a while more. */
  get limit(): bigint {
    if (this.#trial !== undefined || this.#limit === this.#maximum) return this.#limit
    if (this.#refused !== undefined) {
      // Where so few amounts deliver whole units that none lies within a tenth, further ones are tried, up to the double.
      const tenths = Math.min(Math.floor(this.#successes / this.#patience), 10)
      if (tenths === 0) return this.#stated ?? this.#limit
      const more = this.#limit + (this.#limit * BigInt(tenths) + 9n) / 10n
      return this.#bounded(this.#stated !== undefined && this.#stated > more ? this.#stated : more)
    }
    // Amounts are often a little below the limit, because they must deliver whole units: half of it tests it enough.
    return this.#passed * 2n > this.#limit ? this.#bounded(this.#limit * 2n) : this.#limit
  }

  /** Nothing but the caller's own limit is known. */
  get isUnlimited(): boolean {
    return this.#limit === this.#maximum
  }

  onSent(amount: bigint): void {
    if (amount > this.#limit) this.#trial = amount
  }

  /**
   * @param amount of the refused packet
   * @param maximum what the F08 states, scaled to our units; `undefined` when it states nothing usable
   * @param floor the smallest amount worth sending: the limit does not fall below it
   */
  onTooLarge(amount: bigint, maximum: bigint | undefined, floor: bigint): void {
    const stated = maximum !== undefined && maximum < amount ? maximum : undefined
    if (amount === this.#trial) this.#onTrialRefused(amount, stated)
    // A packet larger than the limit was a trial, or on its way when the limit fell: that it was refused is no news.
    if (amount > this.#limit && (stated === undefined || stated >= this.#limit)) return
    if (amount <= this.#passed) this.#passed = 0n

    const half = amount / 2n
    const target = stated ?? (half > this.#passed ? half : this.#passed)
    if (target < this.#passed) this.#passed = 0n
    this.#limit = this.#bounded(target > floor ? target : floor)
    this.#search()
    if (this.#passed > 0n && this.#limit < this.#passed * 2n) this.#refused = amount
  }

  #onTrialRefused(amount: bigint, stated: bigint | undefined): void {
    this.#trial = undefined
    this.#stated = stated !== undefined && stated > this.#limit ? stated : undefined
    if (this.#refused !== undefined) this.#patience = Math.min(this.#patience * 2, LONGEST_PATIENCE)
    this.#refused = amount
    this.#successes = 0
  }

  /** @param amount of a packet that reached the receiver, whatever the receiver answered */
  onDelivered(amount: bigint): void {
    if (amount > this.#passed) this.#passed = amount
    if (this.#refused !== undefined && amount >= this.#refused) this.#search()
    if (amount === this.#trial) this.#trial = undefined
    if (amount > this.#limit) {
      this.#limit = this.#bounded(amount)
      this.#stated = undefined
      this.#successes = 0
    } else if (amount * 2n > this.#limit) this.#successes++
  }

  /** The packet's fate says nothing about its amount. */
  onOther(amount: bigint): void {
    if (amount === this.#trial) this.#trial = undefined
  }

  /** The path changed: everything learnt is void. */
  reset(): void {
    this.#limit = this.#maximum
    this.#passed = 0n
    this.#trial = undefined
    this.#search()
  }

  #search(): void {
    this.#refused = undefined
    this.#stated = undefined
    this.#patience = FIRST_PATIENCE
    this.#successes = 0
  }

  #bounded(amount: bigint): bigint {
    const positive = amount > 0n ? amount : 1n
    return positive < this.#maximum ? positive : this.#maximum
  }
}
