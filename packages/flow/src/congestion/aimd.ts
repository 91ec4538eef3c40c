import { FlowUsageError, assertAtLeast } from '../errors.js'
import { AmountWindow } from './amount-window.js'
import { INITIAL_PACKET_WINDOW, MAX_PACKET_WINDOW, UNLIMITED_AMOUNT } from './controller.js'
import type {
  CongestionController,
  CongestionControllerFactory,
  CongestionSignal,
  InFlight,
  Instant,
  SentPacketInfo,
} from './controller.js'
import { PacketWindow } from './packet-window.js'
import { RoundTrip } from './round-trip.js'

export interface AimdOptions {
  /** Packets in flight at first. Default: 20; receivers in use were seen to take 50 at once. */
  readonly initialPackets?: number
  /** Packets in flight at most. Default: 1000, or `initialPackets` if that is more. */
  readonly maxPackets?: number
  /** Source units the amount window never falls below. Default: 1. */
  readonly minAmount?: bigint
}

/**
 * Additive increase, multiplicative decrease, with one window in packets and one in source units.
 *
 * Packets start at `initialPackets`, double each round trip, and halve when a packet goes unanswered; other temporary
 * errors count by their rate, so that a path with a few per cent of chance refusals is used in full. The amount is not
 * limited until a connector lacks liquidity. Then it is cut to half of what was in flight, or to what was delivered in
 * the meantime; it soon comes back near the amount that was refused, and feels its way up from there by fractions of a
 * packet, faster the longer nothing is refused.
 *
 * On a path that limits the rate of money, wrap it in {@link paced}: a burst is refused where the same amount, spread
 * over the round trip, is not.
 *
 * @throws FlowUsageError when an option is out of range.
 */
export function aimd(options: AimdOptions = {}): CongestionControllerFactory {
  const initialPackets = options.initialPackets ?? INITIAL_PACKET_WINDOW
  const maxPackets = options.maxPackets ?? Math.max(MAX_PACKET_WINDOW, initialPackets)
  const minAmount = options.minAmount ?? 1n
  assertAtLeast('The initial packet window', initialPackets, 1)
  assertAtLeast('The largest packet window', maxPackets, initialPackets)
  if (minAmount < 1n || minAmount > UNLIMITED_AMOUNT) {
    throw new FlowUsageError(`The least amount window is ${minAmount}; expected 1 to 2^64 - 1 source units`)
  }
  return () => new Aimd({ initialPackets, maxPackets, minAmount })
}

class Aimd implements CongestionController {
  readonly #options: Required<AimdOptions>
  #packets: PacketWindow
  #amount: AmountWindow
  #round = new RoundTrip()
  /** What left earlier went another way, and says nothing about this one. */
  #pathSince: Instant = -Infinity

  constructor(options: Required<AimdOptions>) {
    this.#options = options
    this.#packets = new PacketWindow(options.initialPackets, options.maxPackets)
    this.#amount = new AmountWindow(options.minAmount)
  }

  window(): InFlight {
    return { amount: this.#amount.amount, packets: this.#packets.packets }
  }

  nextSendTime(now: Instant): Instant {
    return now
  }

  onPacketSent(_now: Instant, _packet: SentPacketInfo, inFlight: InFlight): void {
    this.#round.onSent(inFlight)
  }

  onPacketAcked(_now: Instant, packet: SentPacketInfo, inFlight: InFlight): void {
    if (packet.sentAt < this.#pathSince) return
    this.#round.onAnswer(packet, inFlight)
    this.#packets.onAcked(packet, this.#round)
    this.#amount.onAcked(packet, this.#round)
  }

  onCongestion(now: Instant, packet: SentPacketInfo, inFlight: InFlight, signal: CongestionSignal): void {
    if (packet.sentAt < this.#pathSince) return
    this.#round.onAnswer(packet, inFlight)
    switch (signal) {
      case 'insufficientLiquidity':
        // No amount is too small for a packet without one: such a refusal is about the packet.
        if (packet.amount === 0n) return this.#packets.onBusy(now, packet, inFlight, this.#round)
        return this.#amount.onInsufficientLiquidity(now, packet, inFlight, this.#round)
      case 'busy':
        return this.#packets.onBusy(now, packet, inFlight, this.#round)
      case 'lost':
        return this.#packets.onLost(now, packet, inFlight)
    }
  }

  onPathChanged(now: Instant): void {
    this.#pathSince = now
    this.#round = new RoundTrip()
    this.#packets = new PacketWindow(this.#options.initialPackets, this.#options.maxPackets)
    this.#amount = new AmountWindow(this.#options.minAmount)
  }

  metrics(): Readonly<Record<string, number | bigint>> {
    return {
      packetWindow: this.#packets.packets,
      packetThreshold: Math.min(this.#packets.threshold, this.#options.maxPackets),
      amountWindow: this.#amount.amount,
      refusedAmount: this.#amount.refused,
    }
  }
}
