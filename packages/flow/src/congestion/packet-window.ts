import { refusalsBeyondChance } from './chance-refusals.js'
import type { InFlight, Instant, SentPacketInfo } from './controller.js'
import { RecoveryPeriod } from './recovery-period.js'
import type { RoundTrip } from './round-trip.js'

/** What a packet that nobody answered leaves of the window. */
const LOST_DECREASE = 0.5

/** What a busy path leaves of it: most packets still get through, so a mild step is enough. */
const BUSY_DECREASE = 0.8

/** Slow start never ends below this, or a window of one would grow by one a round trip only. */
const LEAST_THRESHOLD = 2

/** How many packets may be in flight: slow start, then one more each round trip; multiplicative decrease. */
export class PacketWindow {
  readonly #maximum: number
  readonly #recovery = new RecoveryPeriod()
  #packets: number
  #threshold = Infinity
  #towardsStep = 0
  #progress = true
  /** Packets refused in round trip number `#refusalsRound`. */
  #refusals = 0
  #refusalsRound = 0

  constructor(initial: number, maximum: number) {
    this.#packets = initial
    this.#maximum = maximum
  }

  /** Packets that may be in flight. */
  get packets(): number {
    return this.#packets
  }

  /** Below it the window doubles each round trip. Infinity until the first decrease. */
  get threshold(): number {
    return this.#threshold
  }

  onAcked(packet: SentPacketInfo, round: RoundTrip): void {
    this.#recovery.onAnswer(packet.sentAt)
    this.#progress = true
    // A window that is not made use of was not tested, and says nothing about a larger one.
    if (round.usedPackets * 2 < this.#packets) return
    if (this.#packets >= this.#threshold) {
      this.#towardsStep += 1
      if (this.#towardsStep < this.#packets) return
    }
    this.#towardsStep = 0
    if (this.#packets < this.#maximum) this.#packets += 1
  }

  onBusy(now: Instant, packet: SentPacketInfo, inFlight: InFlight, round: RoundTrip): void {
    const isNews = this.#recovery.onAnswer(packet.sentAt)
    if (!isNews) return
    if (this.#refusalsRound !== round.number) this.#refusals = 0
    this.#refusalsRound = round.number
    this.#refusals += 1
    if (this.#refusals >= refusalsBeyondChance(round.packets, this.#packets))
      this.#decrease(now, inFlight, BUSY_DECREASE)
  }

  onLost(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void {
    const isNews = this.#recovery.onAnswer(packet.sentAt)
    if (isNews) this.#decrease(now, inFlight, LOST_DECREASE)
  }

  #decrease(now: Instant, inFlight: InFlight, factor: number): void {
    const packets = Math.max(1, Math.floor(this.#packets * factor))
    // With nothing carried since the last decrease this one tells how long the trouble lasts, not how much fits.
    if (this.#progress) this.#threshold = Math.max(LEAST_THRESHOLD, packets)
    this.#packets = packets
    this.#progress = false
    this.#towardsStep = 0
    this.#refusals = 0
    this.#recovery.start(now, inFlight.packets)
  }
}
