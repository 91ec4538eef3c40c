import type { Delivery } from './delivery.js'

/**
 * A value that only grows and that the peer must come to know: an advertised limit, a total.
 *
 * What is sent is always the current value, never a stale one: a lost packet does not bring back the frame it carried,
 * it makes the value owed again. Holds no list of what is in flight, so its size does not depend on the peer.
 */
export class LimitSync<V extends number | bigint> {
  #value: V
  /** What there is to say of the current value; `told` in a reply, which nobody acknowledges; or its newest copy in flight. */
  #news: 'owed' | 'told' | 'known' | Copy<V>

  /**
   * @param value What the peer knows or assumes at the beginning.
   * @param options `owed`: the peer does not know `value` yet. Default: false.
   */
  constructor(value: V, options: { readonly owed?: boolean } = {}) {
    this.#value = value
    this.#news = options.owed === true ? 'owed' : 'known'
  }

  /** The current value. */
  get value(): V {
    return this.#value
  }

  /** Whether the current value must still be put in a packet. */
  get owed(): boolean {
    return this.#news === 'owed'
  }

  /** The peer has the current value, and gave no sign to the contrary since. */
  private get known(): boolean {
    return this.#news === 'known'
  }

  /** Raises the value, which is owed then. A value that is not larger changes nothing: a promise is never taken back. */
  raise(value: V): void {
    if (value <= this.#value) return
    this.#value = value
    this.owe()
  }

  /** The peer showed that it does not know the value (a `Blocked` frame below it, say): owed again. */
  owe(): void {
    this.#news = 'owed'
  }

  /** The current value is in a reply. A reply is never acknowledged, so this is the last that is heard of it. */
  announce(): void {
    if (this.owed) this.#news = 'told'
  }

  /** The current value is in a Prepare: not owed while it is in flight. */
  deliver(): Delivery {
    const copy = new Copy(this, this.#value)
    if (!this.known) this.#news = copy
    return copy
  }

  /** A copy of `value` has arrived; what is said of an older one is no news. */
  onAcked(value: V): void {
    if (value === this.#value) this.#news = 'known'
  }

  onLost(copy: Copy<V>): void {
    // Values only grow, so that a copy sent later, as long as it is under way, says at least as much.
    if (this.#news === copy || this.#news === 'told') this.#news = 'owed'
  }
}

/** One copy of a value, in a Prepare. */
class Copy<V extends number | bigint> implements Delivery {
  constructor(
    private readonly limit: LimitSync<V>,
    private readonly value: V,
  ) {}

  onAcked(): void {
    this.limit.onAcked(this.value)
  }

  onLost(): void {
    this.limit.onLost(this)
  }
}
