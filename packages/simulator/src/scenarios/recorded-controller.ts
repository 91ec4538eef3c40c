import type {
  CongestionController,
  CongestionControllerFactory,
  CongestionSignal,
  Duration,
  InFlight,
  Instant,
  SentPacketInfo,
} from '@stream/flow'
import { UNLIMITED_AMOUNT } from '@stream/flow'
import type { FlowRecorder } from './flow-series.js'

/** A controller that does what another one does, and books what passes through it. */
export class RecordedController implements CongestionController {
  readonly #inner: CongestionController
  readonly #recorder: FlowRecorder
  #inFlight: InFlight = { amount: 0n, packets: 0 }

  constructor(factory: CongestionControllerFactory, recorder: FlowRecorder, now: Instant) {
    this.#inner = factory(now)
    this.#recorder = recorder
  }

  /** Books the state that sample number `index` ends with. */
  sample(index: number): void {
    const window = this.#inner.window()
    const amount = window.amount === UNLIMITED_AMOUNT ? Infinity : Number(window.amount)
    this.#recorder.set(index, 'windowPackets', window.packets)
    this.#recorder.set(index, 'windowAmount', amount)
    this.#recorder.set(index, 'inFlightPackets', this.#inFlight.packets)
    this.#recorder.set(index, 'inFlightAmount', Number(this.#inFlight.amount))
  }

  window(): InFlight {
    return this.#inner.window()
  }

  nextSendTime(now: Instant): Instant {
    return this.#inner.nextSendTime(now)
  }

  onPacketSent(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void {
    this.#inFlight = inFlight
    this.#recorder.sent(now, Number(packet.amount))
    this.#inner.onPacketSent(now, packet, inFlight)
  }

  onPacketAcked(now: Instant, packet: SentPacketInfo, inFlight: InFlight, smoothedRtt: Duration): void {
    this.#inFlight = inFlight
    this.#recorder.add(now, 'packetsDelivered', 1)
    this.#recorder.add(now, 'answerTime', now - packet.sentAt)
    this.#recorder.raise(now, 'longestAnswerTime', now - packet.sentAt)
    this.#inner.onPacketAcked(now, packet, inFlight, smoothedRtt)
  }

  onCongestion(now: Instant, packet: SentPacketInfo, inFlight: InFlight, signal: CongestionSignal): void {
    this.#inFlight = inFlight
    this.#recorder.add(now, signal, 1)
    this.#inner.onCongestion(now, packet, inFlight, signal)
  }

  onAmountRefused(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void {
    this.#inFlight = inFlight
    this.#inner.onAmountRefused?.(now, packet, inFlight)
  }

  onPathChanged(now: Instant): void {
    this.#inner.onPathChanged(now)
  }

  metrics(): Readonly<Record<string, number | bigint>> {
    return this.#inner.metrics()
  }
}
