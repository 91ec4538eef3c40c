import { FlowUsageError, assertAtLeast } from '../errors.js'
import { AmountRate } from './amount-rate.js'
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
import { Dither } from './dither.js'
import { PacketRate } from './packet-rate.js'
import { PacketWindow } from './packet-window.js'
import { RoundTrip } from './round-trip.js'

export interface BottleneckRateOptions {
  /** Packets in flight at first. Default: 20, as for `aimd`. */
  readonly initialPackets?: number
  /** Packets in flight at most. Default: 1000, or `initialPackets` if that is more. */
  readonly maxPackets?: number
  /** Numbers from 0 up to 1 that spread the packets. Default: none, a sequence that goes by what was sent and refused. */
  readonly random?: () => number
}

/** Milliseconds that a late timer may make up for; more would let a burst leave. */
const TIMER_SLACK: Duration = 4

/** Faster than a window of packets each round trip, so that the window and not the pace limits their number. */
const PACKET_GAIN = 1.25

/** Milliseconds: below, packets are not spread by their number. Timers are no finer. */
const LEAST_PACED_RTT: Duration = 2

/** Milliseconds: what grows with time would leap when a round trip takes none. */
const LEAST_RTT: Duration = 1

/**
 * Sends at the rate the narrowest connector carries, which it learns from what was delivered, as BBR does.
 *
 * A connector that limits the rate of money has a bucket and no queue. It answers T04 when the bucket is empty, so what
 * it delivered between two refusals is its rate. Where packets wait instead, their round trip shows it, and the rate
 * falls below what was delivered until the queue is gone. Money leaves evenly at that rate, and never in a burst; at most
 * two round trips' worth is in flight. The rate grows by a part of itself, in time and not in round trips, and falls by
 * a part at a refusal; when the path delivers more than it did before, growth doubles. The number of packets is limited
 * by a window as in `aimd`.
 *
 * @throws FlowUsageError when an option is out of range.
 */
export function bottleneckRate(options: BottleneckRateOptions = {}): CongestionControllerFactory {
  const initialPackets = options.initialPackets ?? INITIAL_PACKET_WINDOW
  const maxPackets = options.maxPackets ?? Math.max(MAX_PACKET_WINDOW, initialPackets)
  assertAtLeast('The initial packet window', initialPackets, 1)
  assertAtLeast('The largest packet window', maxPackets, initialPackets)
  const { random } = options
  if (random !== undefined && typeof random !== 'function') {
    throw new FlowUsageError(`random is ${typeof random}; expected a function that returns numbers from 0 up to 1`)
  }
  return (now) => new BottleneckRate({ initialPackets, maxPackets, random }, now)
}

interface Options {
  readonly initialPackets: number
  readonly maxPackets: number
  readonly random: (() => number) | undefined
}

class BottleneckRate implements CongestionController {
  readonly #options: Options
  readonly #dither: Dither
  #packets: PacketWindow
  #packetRate = new PacketRate()
  #amount = new AmountRate()
  #round = new RoundTrip()
  #smoothedRtt: Duration = 0
  #nextAt: Instant
  /** What the caller was told last, when it has to wait. */
  #heldUntil: Instant | undefined
  /** What left earlier went another way, and says nothing about this one. */
  #pathSince: Instant = -Infinity

  constructor(options: Options, now: Instant) {
    this.#options = options
    this.#dither = new Dither(options.random)
    this.#packets = new PacketWindow(options.initialPackets, options.maxPackets)
    this.#nextAt = now
  }

  window(): InFlight {
    return { packets: this.#packets.packets, amount: units(this.#amount.window) }
  }

  nextSendTime(now: Instant): Instant {
    this.#noteLateness(now)
    this.#heldUntil = this.#nextAt > now ? this.#nextAt : undefined
    return Math.max(now, this.#nextAt)
  }

  onPacketSent(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void {
    this.#heldUntil = undefined
    this.#round.onSent(inFlight)
    this.#amount.onSent(packet, inFlight)
    const interval = Math.max(
      this.#packetInterval(),
      this.#packetRate.interval,
      this.#amount.interval(Number(packet.amount)),
    )
    // What leaves early, a close say, delays what follows by one interval at the most.
    const due = Math.min(Math.max(this.#nextAt, now - TIMER_SLACK), now + interval)
    this.#nextAt = due + interval * this.#dither.next()
  }

  onPacketAcked(now: Instant, packet: SentPacketInfo, inFlight: InFlight, smoothedRtt: Duration): void {
    if (packet.sentAt < this.#pathSince) return
    this.#noteLateness(now)
    this.#smoothedRtt = smoothedRtt > 0 && smoothedRtt < Infinity ? smoothedRtt : 0
    this.#round.onAnswer(packet, inFlight)
    this.#packets.onAcked(packet, this.#round)
    this.#packetRate.onAcked(now, packet, this.#smoothedRtt)
    this.#amount.onAcked(now, packet, Math.max(this.#smoothedRtt, LEAST_RTT))
  }

  onCongestion(now: Instant, packet: SentPacketInfo, inFlight: InFlight, signal: CongestionSignal): void {
    if (packet.sentAt < this.#pathSince) return
    this.#dither.onRefused()
    this.#round.onAnswer(packet, inFlight)
    if (signal === 'lost') this.#packets.onLost(now, packet, inFlight)
    else if (signal === 'busy' || packet.amount === 0n)
      this.#packetRate.onRefused(now, packet, inFlight, this.#smoothedRtt)
    else this.#amount.onRefused(now, packet, inFlight)
  }

  onPathChanged(now: Instant): void {
    this.#pathSince = now
    this.#nextAt = now
    this.#heldUntil = undefined
    this.#smoothedRtt = 0
    this.#round = new RoundTrip()
    this.#packets = new PacketWindow(this.#options.initialPackets, this.#options.maxPackets)
    this.#packetRate = new PacketRate()
    this.#amount = new AmountRate()
  }

  metrics(): Readonly<Record<string, number | bigint>> {
    return {
      packetWindow: this.#packets.packets,
      amountWindow: units(this.#amount.window),
      packetRate: Math.min(this.#packetRate.perSecond, Number.MAX_VALUE),
      amountRate: Math.min(this.#amount.perMilli * 1000, Number.MAX_VALUE),
      carriedRate: this.#amount.carriedPerSecond,
      carriedDeviation: this.#amount.carriedDeviation,
    }
  }

  /** Whoever was to send at an instant and is heard of only now was kept busy: replies have waited for it too. */
  #noteLateness(now: Instant): void {
    if (this.#heldUntil !== undefined && now > this.#heldUntil) this.#amount.onLate(now - this.#heldUntil)
  }

  #packetInterval(): Duration {
    if (this.#smoothedRtt < LEAST_PACED_RTT) return 0
    return this.#smoothedRtt / (this.#packets.packets * PACKET_GAIN)
  }
}

const UNLIMITED = Number(UNLIMITED_AMOUNT)

function units(amount: number): bigint {
  return amount >= UNLIMITED ? UNLIMITED_AMOUNT : BigInt(Math.max(1, Math.floor(amount)))
}
