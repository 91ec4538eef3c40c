import type { Duration, Instant, SentPacketInfo } from './controller.js'

/** After so long without a shorter one the least round trip is measured anew, as in BBR: the path may have changed. */
const LEAST_RTT_LIFETIME: Duration = 10_000

/** How many of the last whole round trips make one figure: with few packets in each, one alone is mostly chance. */
const ROUNDS = 4

/** Share of the newest difference in the smoothed difference of two round trips in a row. */
const SMOOTHING = 1 / 16

/** Figures of one whole round trip. */
export interface Round {
  /** Source units delivered a millisecond. */
  readonly perMilli: number
  /** Packets delivered. */
  readonly packets: number
  /** Packets refused. */
  readonly refused: number
  /** The shortest time a packet took; Infinity when none was delivered. */
  readonly leastRtt: Duration
}

/**
 * What a path delivers in each round trip, and how long a packet takes at least. A round trip is over when a packet
 * that left after its beginning is answered.
 */
export class DeliveryRate {
  #began: Instant | undefined
  #isOver = false
  #delivered = 0
  #refused = 0
  #packets = 0
  #roundLeastRtt: Duration = Infinity
  #leastRtt: Duration = Infinity
  #leastRttAt: Instant = -Infinity
  #lastRtt: Duration | undefined
  #variation: Duration = 0
  readonly #rounds: { readonly delivered: number; readonly elapsed: Duration }[] = []
  #lastRound: Round | undefined

  /** Packets the path refused in the round trip under way. */
  get refused(): number {
    return this.#refused
  }

  /** The last whole round trip. */
  get lastRound(): Round | undefined {
    return this.#lastRound
  }

  /** The shortest round trip of the last ten seconds or so; Infinity before the first answer. */
  get leastRtt(): Duration {
    return this.#leastRtt
  }

  /** How much the times of two packets in a row differ, smoothed: jitter changes them from packet to packet, a queue slowly. */
  get rttVariation(): Duration {
    return this.#variation
  }

  /** Source units delivered a millisecond over the last few whole round trips; Infinity before the first. */
  get recentPerMilli(): number {
    if (this.#rounds.length === 0) return Infinity
    const delivered = this.#rounds.reduce((sum, round) => sum + round.delivered, 0)
    return delivered / this.#rounds.reduce((sum, round) => sum + round.elapsed, 0)
  }

  /** Returns the round trip that is over with this packet. */
  onDelivered(now: Instant, packet: SentPacketInfo, amount: number): Round | undefined {
    this.#beginRound()
    this.#delivered += amount
    this.#packets += 1
    // In no time at all nothing travelled: a virtual clock stood still.
    if (now > packet.sentAt) {
      this.#roundLeastRtt = Math.min(this.#roundLeastRtt, now - packet.sentAt)
      this.#onRoundTrip(now, now - packet.sentAt)
    }
    return this.#onAnswer(now, packet.sentAt)
  }

  onRefused(now: Instant, packet: SentPacketInfo): void {
    this.#beginRound()
    this.#refused += 1
    // Who refuses may be nearer than the peer. Good enough while the peer has not been heard of.
    if (this.#leastRtt === Infinity && now > packet.sentAt) this.#leastRtt = now - packet.sentAt
    this.#onAnswer(now, packet.sentAt)
  }

  #onRoundTrip(now: Instant, rtt: Duration): void {
    this.#variation += (Math.abs(rtt - (this.#lastRtt ?? rtt)) - this.#variation) * SMOOTHING
    this.#lastRtt = rtt
    if (rtt > this.#leastRtt && now - this.#leastRttAt < LEAST_RTT_LIFETIME) return
    this.#leastRtt = rtt
    this.#leastRttAt = now
  }

  /** Figures of a round trip that is over stay to be read until the next answer. */
  #beginRound(): void {
    if (!this.#isOver) return
    this.#isOver = false
    this.#delivered = 0
    this.#refused = 0
    this.#packets = 0
    this.#roundLeastRtt = Infinity
  }

  #onAnswer(now: Instant, sentAt: Instant): Round | undefined {
    this.#began ??= now
    const elapsed = now - this.#began
    if (sentAt < this.#began || !(elapsed > 0)) return undefined
    this.#lastRound = {
      perMilli: this.#delivered / elapsed,
      packets: this.#packets,
      refused: this.#refused,
      leastRtt: this.#roundLeastRtt,
    }
    this.#rounds.push({ delivered: this.#delivered, elapsed })
    if (this.#rounds.length > ROUNDS) this.#rounds.shift()
    this.#began = now
    this.#isOver = true
    return this.#lastRound
  }
}
