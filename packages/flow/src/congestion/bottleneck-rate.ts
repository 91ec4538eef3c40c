import { UNLIMITED_AMOUNT, INITIAL_PACKET_WINDOW, MAX_PACKET_WINDOW } from './controller.js'
import type { CongestionController, CongestionControllerFactory, CongestionSignal, Duration, InFlight, Instant, SentPacketInfo } from './controller.js'
import { Dither } from './dither.js'
import { PacketWindow } from './packet-window.js'
import { PayingRate } from './paying-rate.js'
import { RoundTrip } from './round-trip.js'

export function bottleneckRate(): CongestionControllerFactory {
  return (now) => new BottleneckRate(now)
}

class BottleneckRate implements CongestionController {
  #packets = new PacketWindow(INITIAL_PACKET_WINDOW, MAX_PACKET_WINDOW)
  #rate = new PayingRate()
  #round = new RoundTrip()
  readonly #dither = new Dither()
  #nextAt: Instant
  #pathSince: Instant = -Infinity
  #rtt: Duration = 0

  constructor(now: Instant) { this.#nextAt = now }

  window(): InFlight {
    const amount = this.#rate.window()
    const most = Number(UNLIMITED_AMOUNT)
    return { packets: this.#packets.packets, amount: amount >= most ? UNLIMITED_AMOUNT : BigInt(Math.max(1, Math.floor(amount))) }
  }

  nextSendTime(now: Instant): Instant {
    return this.#nextAt > now ? this.#nextAt : now
  }

  onPacketSent(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void {
    this.#round.onSent(inFlight)
    this.#dither.onSent()
    const packets = this.#rtt < 2 ? 0 : this.#rtt / (this.#packets.packets * 1.25)
    const interval = Math.max(packets, this.#rate.interval(Number(packet.amount))) * this.#dither.factor
    this.#nextAt = Math.max(this.#nextAt, now - 2) + interval
  }

  onPacketAcked(now: Instant, packet: SentPacketInfo, inFlight: InFlight, smoothedRtt: Duration): void {
    if (packet.sentAt < this.#pathSince) return
    this.#rtt = smoothedRtt > 0 && smoothedRtt < Infinity ? smoothedRtt : 0
    this.#round.onAnswer(packet, inFlight)
    this.#packets.onAcked(packet, this.#round)
    this.#rate.onAcked(now, packet, Math.max(this.#rtt, 1), true)
  }

  onCongestion(now: Instant, packet: SentPacketInfo, inFlight: InFlight, signal: CongestionSignal): void {
    if (packet.sentAt < this.#pathSince) return
    this.#dither.onRefused()
    this.#round.onAnswer(packet, inFlight)
    if (signal === 'lost') this.#packets.onLost(now, packet, inFlight)
    else if (signal === 'busy' || packet.amount === 0n) this.#packets.onBusy(now, packet, inFlight, this.#round)
    else this.#rate.onRefused(now, packet, inFlight.packets)
  }

  onPathChanged(now: Instant): void {
    this.#pathSince = now
    this.#nextAt = now
    this.#rtt = 0
    this.#round = new RoundTrip()
    this.#packets = new PacketWindow(INITIAL_PACKET_WINDOW, MAX_PACKET_WINDOW)
    this.#rate = new PayingRate()
  }

  metrics(): Readonly<Record<string, number | bigint>> {
    return { packetWindow: this.#packets.packets, carriedRate: this.#rate.carriedPerSecond }
  }
}
