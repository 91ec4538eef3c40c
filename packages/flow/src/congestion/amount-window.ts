import { refusalsBeyondChance, refusalsOfKnownLimit } from './chance-refusals.js'
import { UNLIMITED_AMOUNT } from './controller.js'
import type { InFlight, Instant, SentPacketInfo } from './controller.js'
import { RecoveryPeriod } from './recovery-period.js'
import type { RoundTrip } from './round-trip.js'

/** Of the way back to the amount the path last refused, this part is made up each round trip. */
const APPROACH_DIVISOR = 8n

/**
 * From there on the window grows by this part of a packet each round trip. A refusal costs about as many packets as
 * the window then is too large by, so with a window of few packets a whole one a round trip would be refused too often.
 */
const PROBE_PACKET_DIVISOR = 16n

/** ...or by this part of the window, when that is less: a window of a single packet needs more patience still. */
const PROBE_WINDOW_DIVISOR = 64n

/** Twice as fast after every so many round trips without a refusal, for then there is much more room than before. */
const PROBE_DOUBLING = 16

/** A whole window was delivered since the last refusal: it was nearly right, and loses a quarter. */
const DECREASE = { numerator: 3n, denominator: 4n }

/** Refused again before a window was delivered: what was delivered is what fits, but one event takes no more than this. */
const STEEPEST_DIVISOR = 8n

/** Refused below the last refusal: somebody else takes a share, so aim lower than what was just refused. */
const YIELD = { numerator: 7n, denominator: 8n }

/** How much money may be in flight: not limited until the path refuses for want of liquidity. */
export class AmountWindow {
  readonly #minimum: bigint
  readonly #recovery = new RecoveryPeriod()
  #amount = UNLIMITED_AMOUNT
  #refused = UNLIMITED_AMOUNT
  /** Delivered since the last decrease. */
  #delivered = 0n
  /** Delivered since the last step up; a window's worth makes a round trip. */
  #towardsStep = 0n
  #quietRounds = 0
  /** Refused in round trip number `#refusalsRound`. */
  #refusals = 0
  #refusalsRound = 0

  /** @param minimum Source units the window never falls below. */
  constructor(minimum: bigint) {
    this.#minimum = minimum
  }

  /** Source units that may be in flight. */
  get amount(): bigint {
    return this.#amount
  }

  /** Source units in flight that the path last refused; 2^64 - 1 while it never did. */
  get refused(): bigint {
    return this.#refused
  }

  onAcked(packet: SentPacketInfo, round: RoundTrip): void {
    this.#recovery.onAnswer(packet.sentAt)
    this.#delivered += packet.amount
    if (packet.amount === 0n || this.#amount === UNLIMITED_AMOUNT) return
    // A window that is not made use of was not tested, and says nothing about a larger one.
    if (round.usedAmount * 2n < this.#amount) return
    this.#towardsStep += packet.amount
    if (this.#towardsStep < this.#amount) return
    this.#towardsStep = 0n
    this.#stepUp(packet.amount)
  }

  onInsufficientLiquidity(now: Instant, packet: SentPacketInfo, inFlight: InFlight, round: RoundTrip): void {
    const isNews = this.#recovery.onAnswer(packet.sentAt)
    if (!isNews) return
    if (this.#isChance(inFlight, round)) return
    const used = smaller(round.usedAmount, this.#amount)
    const left = this.#whatIsLeft(used)
    // With nothing delivered since the last decrease this one tells how long the trouble lasts, not how much fits.
    if (this.#delivered > 0n || this.#refused === UNLIMITED_AMOUNT) {
      this.#refused = used < this.#refused ? (used * YIELD.numerator) / YIELD.denominator : used
    }
    this.#amount = larger(left, this.#minimum)
    this.#refused = larger(this.#refused, this.#amount)
    this.#delivered = 0n
    this.#towardsStep = 0n
    this.#quietRounds = 0
    this.#recovery.start(now, inFlight.packets)
  }

  #isChance(inFlight: InFlight, round: RoundTrip): boolean {
    if (this.#refusalsRound !== round.number) this.#refusals = 0
    this.#refusalsRound = round.number
    this.#refusals += 1
    const packets = Math.max(inFlight.packets + 1, round.packets)
    if (this.#amount === UNLIMITED_AMOUNT) return this.#refusals < refusalsBeyondChance(packets)
    return this.#refusals < refusalsOfKnownLimit(packets)
  }

  #whatIsLeft(used: bigint): bigint {
    const half = used / 2n
    if (this.#amount === UNLIMITED_AMOUNT || this.#delivered === 0n) return half
    if (this.#delivered >= used) return (used * DECREASE.numerator) / DECREASE.denominator
    return larger(smaller(this.#delivered, half), used / STEEPEST_DIVISOR)
  }

  #stepUp(packetAmount: bigint): void {
    const gap = this.#refused > this.#amount ? this.#refused - this.#amount : 0n
    let step = gap / APPROACH_DIVISOR
    if (gap <= packetAmount) {
      const quiet = smaller(packetAmount / PROBE_PACKET_DIVISOR, this.#amount / PROBE_WINDOW_DIVISOR)
      const doublings = Math.floor(this.#quietRounds / PROBE_DOUBLING)
      // 2^64 is past every window, so more doublings would only make larger numbers of it.
      step = larger(step, larger(quiet, 1n) << BigInt(Math.min(doublings, 64)))
      this.#quietRounds += 1
    }
    // Never more than doubled in a round trip, as in slow start.
    step = larger(smaller(step, this.#amount), 1n)
    this.#amount = smaller(this.#amount + step, UNLIMITED_AMOUNT)
  }
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)
