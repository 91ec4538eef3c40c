import { FlowUsageError, assertAtLeast } from '../errors.js'
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

export interface PacerOptions {
  /** Packets that may leave at once after a pause. Default: 5; small liquidity buckets refuse the rest of a larger burst. */
  readonly burst?: number
  /** How much faster than one window per round trip. Default: 1.25, so that pacing does not become the limit itself. */
  readonly gain?: number
  /** Milliseconds of round trip below which nothing is paced. Default: 2; timers are no finer than about 1. */
  readonly minRtt?: Duration
}

/** Milliseconds a timer may be late without the pace falling behind: what is due by then leaves in one go. */
const TIMER_SLACK: Duration = 4

/** Share of the newest packet in the smoothed packet amount, as for a smoothed round trip. */
const SMOOTHING = 1 / 8

/** A full packet's worth of credit, less what floating point may lose on the way there. */
const WHOLE = 1 - 1e-6

/**
 * Wraps a controller so that a window leaves spread over the round trip instead of in one burst, which a connector's
 * rate limit would answer with refusals. Not paced until the first round trip is measured.
 *
 * @throws FlowUsageError when an option is out of range.
 */
export function paced(inner: CongestionControllerFactory, options: PacerOptions = {}): CongestionControllerFactory {
  const burst = options.burst ?? 5
  const gain = options.gain ?? 1.25
  const minRtt = options.minRtt ?? 2
  assertAtLeast('The burst allowance', burst, 1)
  if (!(gain > 0 && gain < Infinity)) {
    throw new FlowUsageError(`The pacing gain is ${gain}; expected a finite number above 0`)
  }
  if (!(minRtt >= 0 && minRtt < Infinity)) {
    throw new FlowUsageError(`The least paced round trip is ${minRtt}; expected milliseconds, 0 or more`)
  }
  return (now) => new Paced(inner(now), { burst, gain, minRtt }, now)
}

class Paced implements CongestionController {
  readonly #inner: CongestionController
  readonly #options: Required<PacerOptions>
  #credit: number
  #creditAt: Instant
  #smoothedRtt: Duration = 0
  #packetAmount = 0

  constructor(inner: CongestionController, options: Required<PacerOptions>, now: Instant) {
    this.#inner = inner
    this.#options = options
    this.#credit = options.burst
    this.#creditAt = now
  }

  window(): InFlight {
    return this.#inner.window()
  }

  nextSendTime(now: Instant): Instant {
    const inner = this.#inner.nextSendTime(now)
    const interval = this.#interval()
    if (interval === 0) return inner
    const credit = this.#creditNow(now, interval)
    return credit >= WHOLE ? inner : Math.max(inner, now + (1 - credit) * interval)
  }

  onPacketSent(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void {
    // May fall below 0 when the caller sends early (a close, say); what follows then waits longer.
    this.#credit = Math.max(this.#creditNow(now, this.#interval()) - 1, -this.#options.burst)
    this.#creditAt = now
    this.#inner.onPacketSent(now, packet, inFlight)
  }

  onPacketAcked(now: Instant, packet: SentPacketInfo, inFlight: InFlight, smoothedRtt: Duration): void {
    this.#credit = this.#creditNow(now, this.#interval())
    this.#creditAt = now
    // Not a number, or none at all: what is not known is not paced by.
    this.#smoothedRtt = smoothedRtt > 0 && smoothedRtt < Infinity ? smoothedRtt : 0
    this.#learnAmount(packet)
    this.#inner.onPacketAcked(now, packet, inFlight, smoothedRtt)
  }

  /** From packets that went through: the first ones may be far larger than the path lets pass. */
  #learnAmount(packet: SentPacketInfo): void {
    if (packet.amount === 0n) return
    const amount = Number(packet.amount)
    this.#packetAmount += this.#packetAmount === 0 ? amount : (amount - this.#packetAmount) * SMOOTHING
  }

  onCongestion(now: Instant, packet: SentPacketInfo, inFlight: InFlight, signal: CongestionSignal): void {
    this.#credit = this.#creditNow(now, this.#interval())
    this.#creditAt = now
    this.#inner.onCongestion(now, packet, inFlight, signal)
  }

  onAmountRefused(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void {
    this.#inner.onAmountRefused?.(now, packet, inFlight)
  }

  onPathChanged(now: Instant): void {
    this.#credit = this.#options.burst
    this.#creditAt = now
    this.#smoothedRtt = 0
    this.#packetAmount = 0
    this.#inner.onPathChanged(now)
  }

  metrics(): Readonly<Record<string, number | bigint>> {
    return { ...this.#inner.metrics(), pacingInterval: this.#interval() }
  }

  /** Milliseconds between two packets; 0 while not paced. */
  #interval(): Duration {
    if (this.#smoothedRtt < this.#options.minRtt || this.#smoothedRtt === 0) return 0
    const window = this.#inner.window()
    let packets = window.packets
    if (this.#packetAmount > 0 && window.amount < UNLIMITED_AMOUNT) {
      packets = Math.min(packets, Math.max(1, Number(window.amount) / this.#packetAmount))
    }
    return this.#smoothedRtt / (packets * this.#options.gain)
  }

  #creditNow(now: Instant, interval: Duration): number {
    if (interval === 0) return this.#options.burst
    const most = Math.max(this.#options.burst, TIMER_SLACK / interval)
    return Math.min(most, this.#credit + (now - this.#creditAt) / interval)
  }
}
