import { UNLIMITED_AMOUNT } from './controller.js'
import type {
  CongestionController,
  CongestionControllerFactory,
  CongestionSignal,
  Duration,
  InFlight,
  Instant,
  SentPacketInfo,
} from './controller.js'

/** The first pause after a temporary error; each further one in a row is twice as long. */
const FIRST_PAUSE: Duration = 100
const LONGEST_PAUSE: Duration = 12 * 60 * 60 * 1000

/** Two units deliver at least one at most rates, so a packet is never made smaller. */
const LEAST_AMOUNT = 2n

/**
 * What `ilp-protocol-stream` 2.x did: one packet at a time; after a temporary error a pause of 100 ms that doubles up
 * to twelve hours, and after T04 a packet a third smaller, doubled again when it passes. The baseline to measure
 * others against, not for use.
 */
export function predecessor(): CongestionControllerFactory {
  return (now) => new Predecessor(now)
}

class Predecessor implements CongestionController {
  #amount = UNLIMITED_AMOUNT
  #pause = FIRST_PAUSE
  #resumesAt: Instant
  #pathSince: Instant = -Infinity

  constructor(now: Instant) {
    this.#resumesAt = now
  }

  window(): InFlight {
    return { packets: 1, amount: this.#amount }
  }

  nextSendTime(now: Instant): Instant {
    return Math.max(now, this.#resumesAt)
  }

  onPacketSent(): void {}

  onPacketAcked(_now: Instant, packet: SentPacketInfo): void {
    if (packet.sentAt < this.#pathSince) return
    this.#pause = FIRST_PAUSE
    if (packet.amount < this.#amount) return
    const doubled = this.#amount * 2n
    this.#amount = doubled < UNLIMITED_AMOUNT ? doubled : UNLIMITED_AMOUNT
  }

  onCongestion(now: Instant, packet: SentPacketInfo, _inFlight: InFlight, signal: CongestionSignal): void {
    if (packet.sentAt < this.#pathSince) return
    this.#resumesAt = now + this.#pause
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
    if (signal !== 'insufficientLiquidity' || packet.amount === 0n) return
    const refused = packet.amount < this.#amount ? packet.amount : this.#amount
    const smaller = refused - refused / 3n
    // An answer to a packet that left before the last decrease may speak of more than is sent now.
    const least = smaller > LEAST_AMOUNT ? smaller : LEAST_AMOUNT
    if (least < this.#amount) this.#amount = least
  }

  onPathChanged(now: Instant): void {
    this.#amount = UNLIMITED_AMOUNT
    this.#pause = FIRST_PAUSE
    this.#resumesAt = now
    this.#pathSince = now
  }

  metrics(): Readonly<Record<string, number | bigint>> {
    return { amountWindow: this.#amount, pause: this.#pause }
  }
}
