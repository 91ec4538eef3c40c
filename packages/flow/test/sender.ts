import type { CongestionController, CongestionSignal, Duration, Instant, SentPacketInfo } from '../src/index.js'

/** Drives a controller packet by packet, keeping what is in flight, in the order of sending. */
export class Sender {
  now: Instant
  readonly controller: CongestionController
  readonly #flights: SentPacketInfo[] = []

  constructor(controller: CongestionController, now: Instant = 0) {
    this.controller = controller
    this.now = now
  }

  get packets(): number {
    return this.controller.window().packets
  }

  get amount(): bigint {
    return this.controller.window().amount
  }

  get inFlight() {
    return { packets: this.#flights.length, amount: this.#flights.reduce((sum, { amount }) => sum + amount, 0n) }
  }

  send(amount: bigint, times = 1): this {
    for (let count = 0; count < times; count++) {
      const packet = { sentAt: this.now, amount }
      this.#flights.push(packet)
      this.controller.onPacketSent(this.now, packet, this.inFlight)
    }
    return this
  }

  wait(duration: Duration): this {
    this.now += duration
    return this
  }

  /** Answers the oldest packets in flight. */
  answer(outcome: 'acked' | CongestionSignal, times = 1, smoothedRtt: Duration = 50): this {
    for (let count = 0; count < times; count++) {
      const packet = this.#flights.shift()
      if (packet === undefined) throw new Error('Nothing is in flight')
      if (outcome === 'acked') this.controller.onPacketAcked(this.now, packet, this.inFlight, smoothedRtt)
      else this.controller.onCongestion(this.now, packet, this.inFlight, outcome)
    }
    return this
  }

  /** A full window of packets of `amount` is delivered, round trip after round trip of 50 ms. */
  deliver(roundTrips: number, amount: bigint): this {
    for (let round = 0; round < roundTrips; round++) {
      const byAmount = this.amount / amount
      const count = byAmount < BigInt(this.packets) ? Number(byAmount) : this.packets
      // A window smaller than the packet is used by a packet of its size.
      if (count === 0) this.send(this.amount)
      else this.send(amount, count)
      this.wait(50).answer('acked', this.#flights.length)
    }
    return this
  }
}
