import type { Instant } from '@stream/flow'
import type { PrepareId } from '../io.js'
import type { Allocation } from '../streams/allocate-shares.js'

/** Undecided offers at once; what exceeds it is declined. */
const MAX_OFFERS = 1024

/** The application's word on an offer. */
export interface Decision {
  readonly id: PrepareId
  readonly accept: boolean
  /** Bytes for the peer's application, in a refusal. */
  readonly reason: Uint8Array | undefined
}

/** A paying packet that waits for the application's word, and where its money would go. */
export interface Offer<R> {
  readonly received: R
  readonly allocation: Allocation
}

interface Offered {
  readonly id: PrepareId
  readonly prepare: { readonly amount: bigint; readonly expiresAt: Instant }
}

/** Offers that nobody has decided yet. */
export class Offers<R extends Offered> {
  readonly #offers = new Map<PrepareId, Offer<R>>()
  /** No offer expires earlier. */
  #until: Instant = Infinity

  get isFull(): boolean {
    return this.#offers.size >= MAX_OFFERS
  }

  /** What all of them would bring, in our units. */
  get amount(): bigint {
    let sum = 0n
    for (const { received } of this.#offers.values()) sum += received.prepare.amount
    return sum
  }

  /** An instant at or before which none of them expires; `undefined` when there are none. */
  get until(): Instant | undefined {
    return this.#offers.size === 0 ? undefined : this.#until
  }

  has(id: PrepareId): boolean {
    return this.#offers.has(id)
  }

  add(offer: Offer<R>): void {
    const { id, prepare } = offer.received
    this.#offers.set(id, offer)
    this.#until = Math.min(this.#until, prepare.expiresAt)
  }

  take(id: PrepareId): Offer<R> | undefined {
    const offer = this.#offers.get(id)
    this.#offers.delete(id)
    return offer
  }

  /** Those that expire before `instant`. */
  takeExpired(instant: Instant): readonly Offer<R>[] {
    if (this.#until >= instant) return []
    const expired: Offer<R>[] = []
    this.#until = Infinity
    for (const [id, offer] of this.#offers) {
      const { expiresAt } = offer.received.prepare
      if (expiresAt >= instant) this.#until = Math.min(this.#until, expiresAt)
      else {
        this.#offers.delete(id)
        expired.push(offer)
      }
    }
    return expired
  }

  takeAll(): readonly Offer<R>[] {
    const offers = [...this.#offers.values()]
    this.#offers.clear()
    return offers
  }
}
