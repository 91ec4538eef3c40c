import type { Duration, Instant, SentPacketInfo } from './controller.js'

/** After so long without a shorter one the least round trip is measured anew, as in BBR: the path may have changed. */
const MIN_RTT_LIFETIME: Duration = 10_000

/**
 * What is delivered in each round trip, and how long a packet takes. A round is over when a packet that left after its
 * beginning is answered.
 */
export class DeliveryRate {
  #began: Instant | undefined
  #delivered = 0
  #answered = 0
  #refused = 0
  #roundMinRtt: Duration = Infinity
  #minRttAt: Instant = 0
  /** Units a millisecond in the last whole round; 0 before it is over. */
  perMilli = 0
  /** Packets answered in it, and how many of them the path refused. */
  lastAnswered = 0
  lastRefused = 0
  /** The shortest round trip of it; Infinity when nothing was delivered. */
  lastMinRtt: Duration = Infinity
  /** The shortest round trip in memory; Infinity before the first. */
  minRtt: Duration = Infinity

  /** Refused in the round that is under way. */
  get refused(): number {
    return this.#refused
  }

  /** True when a round is over with this answer. */
  onAnswer(now: Instant, packet: SentPacketInfo, delivered: number | undefined): boolean {
    this.#began ??= now
    this.#answered += 1
    if (delivered === undefined) this.#refused += 1
    else {
      this.#delivered += delivered
      this.#onRoundTrip(now, now - packet.sentAt)
    }
    const elapsed = now - this.#began
    if (packet.sentAt < this.#began || elapsed <= 0) return false
    this.perMilli = this.#delivered / elapsed
    this.lastAnswered = this.#answered
    this.lastRefused = this.#refused
    this.lastMinRtt = this.#roundMinRtt
    this.#began = now
    this.#delivered = this.#answered = this.#refused = 0
    this.#roundMinRtt = Infinity
    return true
  }

  #onRoundTrip(now: Instant, rtt: Duration): void {
    if (rtt < this.#roundMinRtt) this.#roundMinRtt = rtt
    if (rtt > this.minRtt && now - this.#minRttAt < MIN_RTT_LIFETIME) return
    this.minRtt = rtt
    this.#minRttAt = now
  }
}
