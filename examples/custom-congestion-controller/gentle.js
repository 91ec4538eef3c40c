// A congestion controller from scratch: one packet more each round trip, a quarter less when something is refused.
import { INITIAL_PACKET_WINDOW, MAX_PACKET_WINDOW, UNLIMITED_AMOUNT, paced } from '@stream/flow'

/** @implements {import('@stream/flow').CongestionController} */
class Gentle {
  #packets = INITIAL_PACKET_WINDOW
  #amount = UNLIMITED_AMOUNT
  /** What left before then was sent by a window that is gone, and says nothing about this one. */
  #since = -Infinity

  window() {
    return { packets: Math.floor(this.#packets), amount: this.#amount }
  }

  /** Any time; `paced` below spreads packets over the round trip. */
  nextSendTime(now) {
    return now
  }

  onPacketSent() {}

  /** A packet each round trip: every answer adds its part of the window. */
  onPacketAcked(_now, packet, inFlight) {
    // Only a window that is made use of was tried.
    if ((inFlight.packets + 1) * 2 >= this.#packets) {
      this.#packets = Math.min(MAX_PACKET_WINDOW, this.#packets + 1 / this.#packets)
    }
    if (this.#amount < UNLIMITED_AMOUNT && (inFlight.amount + packet.amount) * 2n >= this.#amount) {
      const amount = this.#amount + (packet.amount * packet.amount) / this.#amount
      this.#amount = amount < UNLIMITED_AMOUNT ? amount : UNLIMITED_AMOUNT
    }
  }

  /** One event for all packets of a round trip. Want of liquidity is about the amount, the rest about packets. */
  onCongestion(now, packet, inFlight, signal) {
    if (packet.sentAt <= this.#since) return
    this.#since = now
    if (signal === 'insufficientLiquidity' && packet.amount > 0n) {
      const tried = inFlight.amount + packet.amount
      const kept = ((tried < this.#amount ? tried : this.#amount) * 3n) / 4n
      this.#amount = kept > 1n ? kept : 1n
    } else {
      this.#packets = Math.max(1, this.#packets * 0.75)
    }
  }

  onPathChanged(now) {
    this.#packets = INITIAL_PACKET_WINDOW
    this.#amount = UNLIMITED_AMOUNT
    this.#since = now
  }

  metrics() {
    return { packetWindow: this.#packets, amountWindow: this.#amount }
  }
}

/** What connections and the research bench take: a factory that makes one controller for each connection. */
export const gentle = () => paced(() => new Gentle())
