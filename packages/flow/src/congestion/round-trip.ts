import type { InFlight, SentPacketInfo } from './controller.js'

/**
 * Counts round trips without a clock: one is over when as many packets were answered as were in flight when it began.
 * Remembers how much of the window was made use of meanwhile, since one reply alone cannot tell: a burst is answered
 * by a burst, at the end of which little is in flight.
 */
export class RoundTrip {
  #number = 0
  #packets = 0
  #answers = 0
  #usedPackets = 0
  #usedAmount = 0n

  /** Which round trip this is; grows by one with each. */
  get number(): number {
    return this.#number
  }

  /** Packets in flight when it began. */
  get packets(): number {
    return this.#packets
  }

  /** The most packets that were in flight at once. */
  get usedPackets(): number {
    return this.#usedPackets
  }

  /** The most that was in flight at once, source units. */
  get usedAmount(): bigint {
    return this.#usedAmount
  }

  onSent(inFlight: InFlight): void {
    if (inFlight.packets > this.#usedPackets) this.#usedPackets = inFlight.packets
    if (inFlight.amount > this.#usedAmount) this.#usedAmount = inFlight.amount
  }

  /** `packet` was answered, whatever the answer; it is no longer part of `inFlight`. */
  onAnswer(packet: SentPacketInfo, inFlight: InFlight): void {
    if (this.#answers >= this.#packets) {
      this.#number += 1
      this.#answers = 0
      this.#packets = this.#usedPackets = inFlight.packets + 1
      this.#usedAmount = inFlight.amount + packet.amount
    }
    this.#answers += 1
  }
}
