import type { InFlight, Instant, SentPacketInfo } from './controller.js'
import { RecoveryPeriod } from './recovery-period.js'

/** What a packet nobody answered, or a path that is too busy, leaves of the window. */
const DECREASE = 0.5

/** A path that refuses this part of a round trip's packets is busy; refusals below it are noise. */
const BUSY_DIVISOR = 10

/** ...but never on the word of fewer refusals than this in one round trip. */
const BUSY_MINIMUM = 3

/** What a busy path leaves of the window: it still carries most packets, so a mild step is enough. */
const BUSY_DECREASE = 0.8

/** How many packets may be in flight: slow start, then one more per round trip, multiplicative decrease. */
export class PacketWindow {
  readonly #maximum: number
  readonly #recovery = new RecoveryPeriod()
  #packets: number
  #threshold = Infinity
  #acked = 0
  #progress = true
  #round = 0
  #roundAnswers = 0
  #roundRefusals = 0

  constructor(initial: number, maximum: number) {
    this.#packets = initial
    this.#maximum = maximum
  }

  get packets(): number {
    return this.#packets
  }

  /** Below it the window doubles each round trip. Infinity until the first decrease. */
  get threshold(): number {
    return this.#threshold
  }

  onAcked(packet: SentPacketInfo, inFlight: InFlight): void {
    this.#count(packet, inFlight, false)
    this.#progress = true
    // A window that is not made use of was not tested, and says nothing about a larger one.
    if ((inFlight.packets + 1) * 2 < this.#packets) return
    if (this.#packets < this.#threshold) {
      this.#grow()
      return
    }
    this.#acked += 1
    if (this.#acked < this.#packets) return
    this.#acked = 0
    this.#grow()
  }

  onBusy(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void {
    const isNews = this.#count(packet, inFlight, true)
    if (!isNews || this.#roundRefusals < this.#busyAt()) return
    this.#decrease(now, inFlight, BUSY_DECREASE)
  }

  onLost(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void {
    const isNews = this.#count(packet, inFlight, false)
    if (isNews) this.#decrease(now, inFlight, DECREASE)
  }

  #grow(): void {
    if (this.#packets < this.#maximum) this.#packets += 1
  }

  #decrease(now: Instant, inFlight: InFlight, factor: number): void {
    const packets = Math.max(1, Math.floor(this.#packets * factor))
    // With nothing acknowledged since the last decrease this one says how long the trouble lasts, not how much fits.
    if (this.#progress) this.#threshold = Math.max(2, packets)
    this.#packets = packets
    this.#progress = false
    this.#acked = 0
    this.#startRound(inFlight)
    this.#recovery.start(now, inFlight.packets)
  }

  /** Counts an answer into the round trip, which ends when as many came as there were packets in flight. */
  #count(packet: SentPacketInfo, inFlight: InFlight, isRefusal: boolean): boolean {
    const isNews = this.#recovery.onAnswer(packet.sentAt)
    if (this.#roundAnswers >= this.#round) this.#startRound({ ...inFlight, packets: inFlight.packets + 1 })
    this.#roundAnswers += 1
    if (isRefusal && isNews) this.#roundRefusals += 1
    return isNews
  }

  #startRound(inFlight: InFlight): void {
    this.#round = inFlight.packets
    this.#roundAnswers = 0
    this.#roundRefusals = 0
  }

  #busyAt(): number {
    const minimum = Math.min(BUSY_MINIMUM, this.#packets)
    return Math.max(minimum, Math.ceil(this.#round / BUSY_DIVISOR))
  }
}
