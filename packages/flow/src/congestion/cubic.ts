import { FlowUsageError, assertAtLeast } from '../errors.js'
import { INITIAL_PACKET_WINDOW, MAX_PACKET_WINDOW, UNLIMITED_AMOUNT } from './controller.js'
import type {
  CongestionController,
  CongestionControllerFactory,
  CongestionSignal,
  Duration,
  InFlight,
  Instant,
  SentPacketInfo,
} from './controller.js'
import { CubicWindow } from './cubic-window.js'
import { RoundTrip } from './round-trip.js'

export interface CubicOptions {
  /** Packets in flight at first. Default: 20, as for `aimd`. */
  readonly initialPackets?: number
  /** Packets in flight at most. Default: 1000, or `initialPackets` if that is more. */
  readonly maxPackets?: number
  /** Source units the amount window never falls below. Default: 1. */
  readonly minAmount?: bigint
}

/** Share of the newest packet in the smoothed packet amount. */
const SMOOTHING = 1 / 8
const UNLIMITED = Number(UNLIMITED_AMOUNT)

/**
 * CUBIC (RFC 9438), with one window in packets and one in source units: after an event 0.7 of the window is left, it
 * comes back fast to where it was, stays there for long, then looks for more ever faster. Growth goes by time, so that
 * it depends less on the round trip. What a lost segment is to TCP, any temporary error is to the packets, and T04 to
 * the amount, which is not limited before the first. For comparison, and for paths with a queue; wrap it in `paced`.
 *
 * @throws FlowUsageError when an option is out of range.
 */
export function cubic(options: CubicOptions = {}): CongestionControllerFactory {
  const initialPackets = options.initialPackets ?? INITIAL_PACKET_WINDOW
  const maxPackets = options.maxPackets ?? Math.max(MAX_PACKET_WINDOW, initialPackets)
  const minAmount = options.minAmount ?? 1n
  assertAtLeast('The initial packet window', initialPackets, 1)
  assertAtLeast('The largest packet window', maxPackets, initialPackets)
  if (minAmount < 1n || minAmount > UNLIMITED_AMOUNT) {
    throw new FlowUsageError(`The least amount window is ${minAmount}; expected 1 to 2^64 - 1 source units`)
  }
  return () => new Cubic({ initialPackets, maxPackets, minAmount })
}

class Cubic implements CongestionController {
  readonly #options: Required<CubicOptions>
  #packets: CubicWindow
  #amount: CubicWindow
  #round = new RoundTrip()
  #packetAmount = 0
  #pathSince: Instant = -Infinity

  constructor(options: Required<CubicOptions>) {
    this.#options = options
    this.#packets = new CubicWindow(options.initialPackets, 1, options.maxPackets)
    this.#amount = new CubicWindow(UNLIMITED, Number(options.minAmount), UNLIMITED)
  }

  window(): InFlight {
    const amount = this.#amount.size >= UNLIMITED ? UNLIMITED_AMOUNT : BigInt(Math.floor(this.#amount.size))
    const { minAmount } = this.#options
    return { packets: Math.floor(this.#packets.size), amount: amount > minAmount ? amount : minAmount }
  }

  nextSendTime(now: Instant): Instant {
    return now
  }

  onPacketSent(_now: Instant, _packet: SentPacketInfo, inFlight: InFlight): void {
    this.#round.onSent(inFlight)
  }

  onPacketAcked(now: Instant, packet: SentPacketInfo, inFlight: InFlight, smoothedRtt: Duration): void {
    if (packet.sentAt < this.#pathSince) return
    const { sentAt } = packet
    const amount = Number(packet.amount)
    this.#round.onAnswer(packet, inFlight)
    const isUsed = this.#round.usedPackets * 2 >= this.#packets.size
    this.#packets.onAcked({ now, sentAt, acked: 1, segment: 1, smoothedRtt, isUsed })
    if (amount === 0) return
    this.#sizePacket(amount)
    const isAmountUsed = Number(this.#round.usedAmount) * 2 >= this.#amount.size
    const segment = this.#packetAmount
    this.#amount.onAcked({ now, sentAt, acked: amount, segment, smoothedRtt, isUsed: isAmountUsed })
  }

  onCongestion(now: Instant, packet: SentPacketInfo, inFlight: InFlight, signal: CongestionSignal): void {
    if (packet.sentAt < this.#pathSince) return
    const { sentAt } = packet
    this.#round.onAnswer(packet, inFlight)
    if (signal !== 'insufficientLiquidity' || packet.amount === 0n) {
      this.#packets.onCongestion(now, sentAt, inFlight, this.#packets.size, 1)
      return
    }
    this.#sizePacket(Number(packet.amount))
    this.#amount.onCongestion(now, sentAt, inFlight, Number(this.#round.usedAmount), this.#packetAmount)
  }

  onPathChanged(now: Instant): void {
    this.#pathSince = now
    this.#round = new RoundTrip()
    this.#packetAmount = 0
    this.#packets = new CubicWindow(this.#options.initialPackets, 1, this.#options.maxPackets)
    this.#amount = new CubicWindow(UNLIMITED, Number(this.#options.minAmount), UNLIMITED)
  }

  metrics(): Readonly<Record<string, number | bigint>> {
    const { packets, amount } = this.window()
    return { packetWindow: packets, packetThreshold: this.#packets.threshold, amountWindow: amount }
  }

  /** A packet cut to fit what is left of a small window counts like any other. */
  #sizePacket(amount: number): void {
    this.#packetAmount += this.#packetAmount === 0 ? amount : (amount - this.#packetAmount) * SMOOTHING
  }
}
