import { UNLIMITED_AMOUNT } from './controller.js'
import type { InFlight, Instant, SentPacketInfo } from './controller.js'
import { RecoveryPeriod } from './recovery-period.js'

/** Of the distance to the amount the path last refused, this part is made up each round trip. */
const APPROACH_DIVISOR = 8n

/** Beyond that amount the window grows by this part of a packet each round trip at first... */
const PROBE_DIVISOR = 16n

/** ...and twice as fast after every so many round trips without a refusal. */
const PROBE_DOUBLING = 16n

/** How much money may be in flight: not limited until the path refuses for want of liquidity. */
export class AmountWindow {
  readonly #minimum: bigint
  readonly #recovery = new RecoveryPeriod()
  #amount = UNLIMITED_AMOUNT
  #refused = UNLIMITED_AMOUNT
  #acked = 0n
  #probes = 0n
  #progress = true
  #peak = 0n
  #round = 0
  #roundAnswers = 0

  /** @param minimum Source units the window never falls below. */
  constructor(minimum: bigint) {
    this.#minimum = minimum
  }

  get amount(): bigint {
    return this.#amount
  }

  /** The amount in flight that the path last refused. */
  get refused(): bigint {
    return this.#refused
  }

  onSent(inFlight: InFlight): void {
    if (inFlight.amount > this.#peak) this.#peak = inFlight.amount
  }

  onAcked(packet: SentPacketInfo, inFlight: InFlight): void {
    this.#count(packet, inFlight)
    if (packet.amount === 0n) return
    this.#progress = true
    if (this.#amount === UNLIMITED_AMOUNT) return
    // A window that is not made use of was not tested, and says nothing about a larger one.
    if ((inFlight.amount + packet.amount) * 2n < this.#amount) return
    this.#acked += packet.amount
    if (this.#acked < this.#amount) return
    this.#acked = 0n
    this.#grow(packet.amount)
  }

  onInsufficientLiquidity(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void {
    const isNews = this.#count(packet, inFlight)
    if (!isNews) return
    const before = inFlight.amount + packet.amount
    const tested = this.#peak > before ? this.#peak : before
    const used = tested < this.#amount ? tested : this.#amount
    const halve = !this.#progress || this.#amount === UNLIMITED_AMOUNT
    // With nothing acknowledged since the last decrease this one says how long the trouble lasts, not how much fits.
    if (this.#progress) this.#refused = used < this.#refused ? (used * 7n) / 8n : used
    const left = halve ? used / 2n : (used * 3n) / 4n
    this.#amount = left > this.#minimum ? left : this.#minimum
    this.#acked = 0n
    this.#probes = 0n
    this.#progress = false
    this.#startRound(inFlight)
    this.#recovery.start(now, inFlight.packets)
  }

  /** One round trip went well. */
  #grow(packetAmount: bigint): void {
    const gap = this.#refused - this.#amount
    let step = gap / APPROACH_DIVISOR
    if (gap <= packetAmount) {
      const probe = (packetAmount << (this.#probes / PROBE_DOUBLING)) / PROBE_DIVISOR
      if (probe > step) step = probe
      this.#probes += 1n
    }
    if (step > this.#amount) step = this.#amount
    if (step < 1n) step = 1n
    const amount = this.#amount + step
    this.#amount = amount < UNLIMITED_AMOUNT ? amount : UNLIMITED_AMOUNT
  }

  #count(packet: SentPacketInfo, inFlight: InFlight): boolean {
    if (this.#roundAnswers >= this.#round) this.#startRound(inFlight)
    this.#roundAnswers += 1
    return this.#recovery.onAnswer(packet.sentAt)
  }

  #startRound(inFlight: InFlight): void {
    this.#round = inFlight.packets
    this.#roundAnswers = 0
    this.#peak = inFlight.amount
  }
}
