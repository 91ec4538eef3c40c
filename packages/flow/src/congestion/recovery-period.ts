import type { Instant } from './controller.js'

/**
 * Makes one congestion event count once: after a decrease, signals of packets sent before it say nothing new
 * (RFC 9002 7.3.2 calls the time until the first later packet is answered the recovery period).
 *
 * Order of sending is told by `sentAt`; packets sent at the very instant of the decrease are told apart by counting
 * how many of those then in flight have been answered, for a virtual clock may stand still over a whole burst.
 */
export class RecoveryPeriod {
  #startedAt: Instant = -Infinity
  #unanswered = 0

  /** A decrease happened; `inFlightPackets` were on their way at that moment. */
  start(now: Instant, inFlightPackets: number): void {
    this.#startedAt = now
    this.#unanswered = inFlightPackets
  }

  /** A packet was answered. Returns whether it left after the last decrease, and so has something new to say. */
  onAnswer(sentAt: Instant): boolean {
    const wasInFlight = this.#unanswered > 0
    if (wasInFlight) this.#unanswered -= 1
    if (sentAt !== this.#startedAt) return sentAt > this.#startedAt
    return !wasInFlight
  }
}
