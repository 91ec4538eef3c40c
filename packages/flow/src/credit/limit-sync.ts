import type { Delivery } from './delivery.js'

/**
 * A value that only grows and that the peer must come to know: an advertised limit, a total.
 *
 * What is sent is always the current value, never a stale one: a lost packet does not bring back the frame it carried,
 * it makes the value owed again. Holds no list of what is in flight, so its size does not depend on the peer.
 */
export class LimitSync<V extends number | bigint> {
  #value: V
  #owed: boolean
  /** The peer has the current value, and gave no sign to the contrary since. */
  #known: boolean
  #newest = 0
  #newestInFlight = false
  #newestAcked = 0

  /**
   * @param value What the peer knows or assumes at the beginning.
   * @param options `owed`: the peer does not know `value` yet. Default: false.
   */
  constructor(value: V, options: { readonly owed?: boolean } = {}) {
    this.#value = value
    this.#owed = options.owed ?? false
    this.#known = !this.#owed
  }

  /** The current value. */
  get value(): V {
    return this.#value
  }

  /** Whether the current value must still be put in a packet. */
  get owed(): boolean {
    return this.#owed
  }

  /** Raises the value, which is owed then. A value that is not larger changes nothing: a promise is never taken back. */
  raise(value: V): void {
    if (value <= this.#value) return
    this.#value = value
    this.owe()
  }

  /** The peer showed that it does not know the value (a `Blocked` frame below it, say): owed again. */
  owe(): void {
    this.#owed = true
    this.#known = false
  }

  /** The current value is in a reply. A reply is never acknowledged, so this is the last that is heard of it. */
  announce(): void {
    this.#owed = false
  }

  /** The current value is in a Prepare: not owed while it is in flight. */
  deliver(): Delivery {
    this.#owed = false
    this.#newestInFlight = true
    const value = this.#value
    const number = ++this.#newest
    return {
      onAcked: () => this.#acked(number, value),
      onLost: () => this.#lost(number),
    }
  }

  #acked(number: number, value: V): void {
    if (number > this.#newestAcked) this.#newestAcked = number
    if (number === this.#newest) this.#newestInFlight = false
    if (value !== this.#value) return
    this.#owed = false
    this.#known = true
  }

  #lost(number: number): void {
    if (number === this.#newest) this.#newestInFlight = false
    // Values only grow, so whatever was sent later says at least as much.
    const superseded = this.#known || this.#newestInFlight || this.#newestAcked >= number
    if (!superseded) this.#owed = true
  }
}
