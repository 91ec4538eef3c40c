import { CarriedRate } from './carried-rate.js'
import { refusalsBeyondChance, refusalsOfKnownLimit } from './chance-refusals.js'
import type { Duration, InFlight, Instant, SentPacketInfo } from './controller.js'
import { DeliveryRate, type Round } from './delivery-rate.js'
import { drawOf, growthFactor } from './rate-growth.js'
import { RecoveryPeriod } from './recovery-period.js'

/** What one event of congestion takes of the rate. Buckets commonly hold enough to make up for it until the rate is back. */
const DECREASE = 0.15

/**
 * Two events a second or so, enough of them for competitors to share evenly. Were growth the same in each round trip, short
 * ones would have much the larger share, and were it the same in each second, long ones would hear too late of refusals.
 */
const GROWTH = { perSecond: 0.3, rttPower: 0.55, perRoundTrip: 0.5 }

/** Few packets a second are refused often enough as it is. */
const STRONGEST_DRAW = 1.5

/**
 * A lone payer has nobody to share with, and asks for more about once a second: near what it knows the path carries, it
 * grows less, by this part.
 */
const LONE_GROWTH = 0.4
const LONE_DEVIATION = 0.012
const LIKELY_LONE_DEVIATION = 0.03

/**
 * What a refusal leaves of the rate that a lone payer knows, unless more were refused than a bucket's end explains. So
 * near to it, hardly two packets are refused at a time.
 */
const LONE_FLOOR = 0.97
const LONE_REFUSALS = 3

/**
 * The path carries more than before: growth doubles with each packet beyond, less a part of one, and less what differs by
 * chance. A lone payer's samples hardly differ, so that it is sure sooner, and grows faster then.
 */
const CHANCE_PACKETS = 0.3
const CHANCE_DEVIATIONS = 5
const LONE_DOUBLINGS = 6
const MOST_DOUBLINGS = 10

/** So large a decrease means another limit than before. */
const NEW_LIMIT = 0.4

/** What the path carries is known after so many samples... */
const LEAST_SAMPLES = 5
/** ...and growth is near three times as fast until then. */
const UNKNOWN_DOUBLINGS = 1.5

/**
 * What passes of the first burst comes out of the bucket, which commonly holds what comes in within this time: no more
 * than that is taken for its rate, however short the round trip.
 */
const BUCKET_SPAN: Duration = 100

/**
 * Packets that waited: the shortest round trip is longer by this part, a millisecond that timers may add, and more than
 * jitter makes of it, which is told by how much packets in a row differ.
 */
const QUEUE_SHARE = 0.25
const TIMER: Duration = 1
const QUEUE_VARIATIONS = 3

/** ...of so many packets at least, for one alone may be late by chance. */
const QUEUE_PACKETS = 3

/**
 * A path that takes less lies within a process or beside it: what waits there waits for the programs at its ends, and to
 * send less would only put them to sleep. Timers are no finer.
 */
const LEAST_PATH_RTT: Duration = 2

/** No packet waits longer for the one before: a rate that was cut to nothing would never be heard of again. */
const LONGEST_INTERVAL: Duration = 1000

/** What a packet that passed allows the next to carry more; a refusal among single packets takes a quarter. */
const PASSED_GROWTH = 1 / 64
const PASSED_DECREASE = 0.75

/** How fast money may leave: not limited until the path refuses for want of liquidity, or lets packets wait. */
export class AmountRate {
  readonly #delivery = new DeliveryRate()
  readonly #carried = new CarriedRate()
  readonly #recovery = new RecoveryPeriod()
  /** Source units a millisecond. */
  #rate = Infinity
  /** Smoothed source units in a packet that carries any. */
  #packetAmount = 0
  /** What a single packet may carry, as the last ones showed. */
  #passed = 0
  /** Packets are cut to fit the window. */
  #isSplit = false
  #isRefusing = false
  /** Events in a row between which nothing was delivered. */
  #inVain = 0
  #deliveredSince = 0
  #grownAt: Instant = -Infinity
  /** The most that the program at this end was late by in this round trip. */
  #late: Duration = 0
  #smoothedRtt: Duration = 1

  /** Source units a millisecond; Infinity while not limited. */
  get perMilli(): number {
    return this.#rate
  }

  /** Source units a second that the path carried when it refused; 0 until it did twice. */
  get carriedPerSecond(): number {
    return this.#carried.perSecond
  }

  /** How much that differed, as a part of it; 1 while it is not known. */
  get carriedDeviation(): number {
    return this.#carried.deviation
  }

  /** Milliseconds until the next packet after one of `amount`. */
  interval(amount: number): Duration {
    return this.#rate === Infinity ? 0 : Math.min(LONGEST_INTERVAL, amount / this.#rate)
  }

  /** Source units in flight at most: two round trips' worth, and never less than what a single packet carried. */
  get window(): number {
    if (this.#rate === Infinity) return Infinity
    const roundTrip = this.#rate * Math.min(Math.max(this.#delivery.leastRtt, LEAST_PATH_RTT), LONGEST_INTERVAL)
    return Math.max(this.#passed, this.#isSplit ? roundTrip : 2 * roundTrip, 1)
  }

  /** The program at this end was late by so much. */
  onLate(lateness: Duration): void {
    this.#late = Math.max(this.#late, lateness)
  }

  onSent(packet: SentPacketInfo, inFlight: InFlight): void {
    if (packet.amount === 0n) return
    this.#isSplit = inFlight.amount === packet.amount && Number(packet.amount) + 1 >= this.window
  }

  onAcked(now: Instant, packet: SentPacketInfo, smoothedRtt: Duration): void {
    const isNews = this.#recovery.onAnswer(packet.sentAt)
    const amount = Number(packet.amount)
    if (amount === 0) return
    const since = Math.min(now - this.#grownAt, Math.max(smoothedRtt, 2 * this.interval(this.#packetAmount)))
    this.#grownAt = now
    this.#smoothedRtt = smoothedRtt
    this.#packetAmount += this.#packetAmount === 0 ? amount : (amount - this.#packetAmount) / 8
    if (amount + 1 >= this.#passed) this.#passed = amount * (1 + PASSED_GROWTH)
    this.#deliveredSince += amount
    this.#carried.onDelivered(amount)
    const round = this.#delivery.onDelivered(now, packet, amount)
    const waits = round !== undefined && this.#waits(round)
    if (waits) this.#rate = Math.min(this.#rate, this.#belowDelivered())
    else if (isNews && since > 0) this.#grow(now, since)
    if (round !== undefined && !waits) this.#keepUpWith(round)
    if (round !== undefined) this.#late = 0
  }

  /**
   * Packets may have waited for what was slow for a moment, such as a program that begins: whatever passes without waiting
   * the path carries. Not one that refuses, where it may be the burst of a bucket.
   */
  #keepUpWith({ packets, perMilli }: Round): void {
    if (this.#isRefusing || packets < QUEUE_PACKETS) return
    this.#rate = Math.max(this.#rate, perMilli * (1 - DECREASE))
  }

  onRefused(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void {
    const isNews = this.#recovery.onAnswer(packet.sentAt)
    const amount = Number(packet.amount)
    this.#delivery.onRefused(now, packet)
    this.#carried.onRefused(now, this.#smoothedRtt)
    if (this.#packetAmount === 0) this.#packetAmount = amount
    if (!isNews) return
    const packets =
      this.#rate === Infinity ? inFlight.packets + 1 : (this.#rate * this.#smoothedRtt) / this.#packetAmount
    const enough = this.#isRefusing ? refusalsOfKnownLimit(packets) : refusalsBeyondChance(packets)
    if (this.#delivery.refused < enough) return
    if (this.#rate === Infinity) this.#rate = this.#firstRate(now, packet, packets)
    else if (this.#deliveredSince === 0) this.#rate /= 2
    else this.#rate = this.#decreased()
    this.#rate = Math.max(this.#rate, 1 / LONGEST_INTERVAL)
    this.#inVain = this.#deliveredSince === 0 ? this.#inVain + 1 : 0
    if (this.#inVain > 1) this.#passed = Math.min(this.#passed, amount) / 2
    else if (this.#isSplit) this.#passed = Math.min(this.#passed, amount) * PASSED_DECREASE
    this.#isRefusing = true
    this.#deliveredSince = 0
    this.#recovery.start(now, inFlight.packets)
  }

  #firstRate(now: Instant, packet: SentPacketInfo, packets: number): number {
    const round = this.#delivery.lastRound
    if (round !== undefined && round.perMilli > 0) return round.perMilli
    const delivered = Math.max(this.#deliveredSince, (this.#packetAmount * packets) / 2)
    return delivered / Math.max(now - packet.sentAt, this.#smoothedRtt, BUCKET_SPAN)
  }

  #decreased(): number {
    const { lastRound, recentPerMilli } = this.#delivery
    // Of an empty bucket passes what comes in, which few packets tell too coarsely; else growth got ahead of what passes.
    const isEmpty = lastRound !== undefined && lastRound.packets >= 4 && lastRound.refused * 4 >= lastRound.packets
    const delivered = isEmpty ? lastRound.perMilli * (1 - DECREASE) : recentPerMilli
    const wanted = Math.min(this.#rate * (1 - DECREASE), delivered)
    const rate = Math.min(this.#rate, Math.max(wanted, this.#loneFloor()))
    if (rate < this.#rate * (1 - NEW_LIMIT)) this.#carried.forget()
    return rate
  }

  /** A lone payer knows what the path carries: much less would only fill a bucket that growth has to empty again. */
  #loneFloor(): number {
    const { refused, lastRound } = this.#delivery
    if (!this.#isLone() || refused + (lastRound?.refused ?? 0) > LONE_REFUSALS) return 0
    return (this.#carried.perSecond / 1000) * LONE_FLOOR
  }

  #grow(now: Instant, since: Duration): void {
    const { lastRound } = this.#delivery
    if (this.#rate === Infinity) return
    // A rate that is not made use of was not tested, and says nothing about a higher one.
    if (lastRound !== undefined && lastRound.perMilli * 2 < this.#rate) return
    this.#rate *= growthFactor(GROWTH, since, this.#smoothedRtt, this.#eagerness(), this.#doublings(now))
  }

  #isLone(): boolean {
    return this.#carried.samples >= LEAST_SAMPLES && this.#carried.deviation < LONE_DEVIATION
  }

  #eagerness(): number {
    const draw = Math.min(STRONGEST_DRAW, drawOf((this.#rate / this.#packetAmount) * 1000))
    if (this.#carried.samples < LEAST_SAMPLES) return Math.max(1, draw)
    const isNear = this.#rate * 1000 >= this.#carried.perSecond * LONE_FLOOR
    const isSlow = isNear && this.#carried.deviation < LIKELY_LONE_DEVIATION
    return (this.#isLone() ? 1 : draw) * (isSlow ? LONE_GROWTH : 1)
  }

  #doublings(now: Instant): number {
    if (this.#carried.samples < LEAST_SAMPLES) return UNKNOWN_DOUBLINGS
    const [deviations, doublings] = this.#isLone() ? [0, LONE_DOUBLINGS] : [CHANCE_DEVIATIONS, 1]
    const surplus = this.#carried.surplus(now, deviations) / this.#packetAmount - CHANCE_PACKETS
    return Math.max(0, Math.min(surplus * doublings, MOST_DOUBLINGS))
  }

  #waits({ packets, leastRtt }: Round): boolean {
    if (packets < QUEUE_PACKETS || leastRtt === Infinity || this.#delivery.leastRtt < LEAST_PATH_RTT) return false
    const chance = TIMER + QUEUE_VARIATIONS * this.#delivery.rttVariation
    return leastRtt - this.#late > this.#delivery.leastRtt * (1 + QUEUE_SHARE) + chance
  }

  #belowDelivered(): number {
    return this.#delivery.recentPerMilli * (1 - DECREASE)
  }
}
