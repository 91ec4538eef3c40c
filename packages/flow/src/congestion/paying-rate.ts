import { CarriedRate } from './carried-rate.js'
import type { Duration, Instant, SentPacketInfo } from './controller.js'
import { DeliveryRate } from './delivery-rate.js'
import { RecoveryPeriod } from './recovery-period.js'

/** What one event of congestion takes. */
const DECREASE = 0.15
/** Growth in a second at a round trip of 50 ms, as a part of the rate. */
const GROWTH = 0.25
const GROWTH_RTT: Duration = 50
/** Packets delivered above what the path carried lately that double the growth. */
const SURPLUS_DOUBLING = 2
/** The most that a round trip adds. */
const FASTEST_GROWTH = 0.5
/** A round's shortest round trip above the shortest by this part tells of a queue. */
const QUEUE_SHARE = 0.25
/** The longest wait for one packet. */
const LONGEST_INTERVAL: Duration = 1000

/** How fast money may leave: not limited until the path refuses for want of liquidity, or lets packets wait. */
export class PayingRate {
  readonly #delivery = new DeliveryRate()
  readonly #carried = new CarriedRate()
  readonly #recovery = new RecoveryPeriod()
  /** Units a millisecond. */
  #rate = Infinity
  #packetAmount = 0
  #passed = 0
  #deliveredSince = 0
  #grownAt: Instant = -Infinity
  #rtt: Duration = 0

  get perMilli(): number { return this.#rate }
  get minRtt(): Duration { return this.#delivery.minRtt }
  get carriedPerSecond(): number { return this.#carried.perSecond }
  get packetAmount(): number { return this.#packetAmount }

  interval(amount: number): Duration {
    return this.#rate === Infinity ? 0 : Math.min(LONGEST_INTERVAL, amount / this.#rate)
  }

  window(): number {
    if (this.#rate === Infinity) return Infinity
    const trip = this.#rate * Math.min(this.#delivery.minRtt, LONGEST_INTERVAL)
    if (trip >= 2 * this.#packetAmount) return 2 * trip
    return Math.max(this.#passed * (1 + 1 / 64), 1.25 * trip)
  }

  onAcked(now: Instant, packet: SentPacketInfo, smoothedRtt: Duration, isUsed: boolean): void {
    const isNews = this.#recovery.onAnswer(packet.sentAt)
    const amount = Number(packet.amount)
    if (amount === 0) return
    const isRound = this.#delivery.onAnswer(now, packet, amount)
    const since = Math.min(now - this.#grownAt, smoothedRtt)
    this.#grownAt = now
    this.#rtt = smoothedRtt
    this.#packetAmount += this.#packetAmount === 0 ? amount : (amount - this.#packetAmount) / 8
    this.#passed = Math.max(this.#passed, amount)
    this.#deliveredSince += amount
    this.#carried.onDelivered(amount)
    if (isRound && this.#waits()) return this.#drain(now)
    if (this.#rate === Infinity || !isNews || !isUsed || !(since > 0)) return
    const surplus = this.#carried.surplus(now) / (SURPLUS_DOUBLING * this.#packetAmount)
    const growth = (GROWTH / 1000) * Math.sqrt(GROWTH_RTT / smoothedRtt) * 2 ** Math.max(0, Math.min(surplus, 10))
    this.#rate *= 1 + Math.min(FASTEST_GROWTH / smoothedRtt, growth) * since
  }

  onRefused(now: Instant, packet: SentPacketInfo, inFlightPackets: number): void {
    const isNews = this.#recovery.onAnswer(packet.sentAt)
    const amount = Number(packet.amount)
    this.#delivery.onAnswer(now, packet, undefined)
    this.#carried.onRefused(now, this.#rtt)
    if (this.#packetAmount === 0) this.#packetAmount = amount
    if (!isNews) return
    const trip = this.#rate === Infinity ? inFlightPackets + 1 : (this.#rate * this.#rtt) / this.#packetAmount
    if (this.#rate === Infinity) {
      if (this.#delivery.refused < Math.max(trip * 0.1, Math.min(3, trip))) return
      const rate = this.#delivery.perMilli > 0 ? this.#delivery.perMilli : (amount * trip) / Math.max(this.#rtt, now - packet.sentAt, 1)
      this.#rate = this.#deliveredSince > 0 ? rate : rate / 2
    } else if (this.#deliveredSince === 0) {
      this.#passed = Math.min(this.#passed, amount) / 2
      this.#rate /= 2
    } else {
      if (this.#delivery.refused < Math.floor(1 + Math.min(trip * 0.05, 2 + trip * 0.02))) return
      const share = this.#delivery.refused / (this.#delivery.refused + 1 + trip)
      this.#rate *= Math.max(0.5, 1 - Math.max(DECREASE, share))
      const carried = this.#delivery.lastRefused * 4 > this.#delivery.lastAnswered ? this.#delivery.perMilli * (1 - DECREASE) : Infinity
      this.#rate = Math.max(this.#rate / 4, Math.min(this.#rate, carried))
    }
    this.#deliveredSince = 0
    this.#recovery.start(now, inFlightPackets)
  }

  #waits(): boolean {
    const { lastMinRtt, minRtt } = this.#delivery
    return lastMinRtt < Infinity && lastMinRtt > minRtt * (1 + QUEUE_SHARE) + 1
  }

  #drain(_now: Instant): void {
    this.#rate = Math.min(this.#rate, this.#delivery.perMilli * (1 - DECREASE))
  }
}
