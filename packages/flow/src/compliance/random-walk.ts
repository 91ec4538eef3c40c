import type { CongestionController, CongestionSignal, Duration, InFlight, Instant } from '../congestion/controller.js'

/** Numbers from 0 up to, not including, 1; the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const SIGNALS: readonly CongestionSignal[] = ['insufficientLiquidity', 'busy', 'lost']

/** Amounts as they come: none (data only), the least, an everyday one, a large one, the largest of ILP. */
const AMOUNTS = [0n, 1n, 1000n, 123_456_789n, 0xffffffffffffffffn]

const SMOOTHED_RTTS: readonly Duration[] = [0, 0.25, 50, 30_000]

/** A packet whose fields may only be looked at during the calls that report it. */
export class GuardedPacket {
  readonly #sentAt: Instant
  readonly #amount: bigint
  isReported = false
  reads = 0

  constructor(sentAt: Instant, amount: bigint) {
    this.#sentAt = sentAt
    this.#amount = amount
  }

  get sentAt(): Instant {
    this.#read()
    return this.#sentAt
  }

  get amount(): bigint {
    this.#read()
    return this.#amount
  }

  #read(): void {
    if (!this.isReported) throw new Error('The controller looked at a packet outside of the call that reports it')
    this.reads += 1
  }
}

/** A caller that drives a controller, keeps its books, and can be in any state a connection can be in. */
export class Walk {
  readonly controller: CongestionController
  now: Instant
  /** The most often one call looked at its packet. */
  mostReads = 0
  readonly #flights: { readonly packet: GuardedPacket; readonly amount: bigint }[] = []
  #amount = 0n

  constructor(controller: CongestionController, now: Instant) {
    this.controller = controller
    this.now = now
  }

  get inFlight(): InFlight {
    return { amount: this.#amount, packets: this.#flights.length }
  }

  send(amount: bigint): void {
    const packet = new GuardedPacket(this.now, amount)
    this.#flights.push({ packet, amount })
    this.#amount += amount
    this.#report(packet, () => this.controller.onPacketSent(this.now, packet, this.inFlight))
  }

  /** Sends packets of `amount` until the window is full, but `most` at the most. Returns how many. */
  fill(amount: bigint, most: number): number {
    let sent = 0
    while (sent < most) {
      const window = this.controller.window()
      if (this.#flights.length >= window.packets || this.#amount >= window.amount) break
      const left = window.amount - this.#amount
      this.send(amount < left ? amount : left)
      sent += 1
    }
    return sent
  }

  /** Answers the packet at `index` of those in flight, the oldest being 0. */
  answer(outcome: 'acked' | CongestionSignal, smoothedRtt: Duration = 50, index = 0): void {
    const [flight] = this.#flights.splice(index, 1)
    if (flight === undefined) return
    this.#amount -= flight.amount
    const { packet } = flight
    this.#report(packet, () => {
      if (outcome === 'acked') this.controller.onPacketAcked(this.now, packet, this.inFlight, smoothedRtt)
      else this.controller.onCongestion(this.now, packet, this.inFlight, outcome)
    })
  }

  /** One round trip: fills the window, waits, and has everything answered alike. */
  roundTrip(outcome: 'acked' | CongestionSignal, amount: bigint, most: number): void {
    this.fill(amount, most)
    this.now += 50
    while (this.#flights.length > 0) this.answer(outcome)
  }

  /** Something that may happen to a connection happens. Times are quarters, which a double adds without rounding. */
  step(random: () => number): void {
    const choice = random()
    if (choice < 0.02) this.controller.onPathChanged(this.now)
    else if (choice < 0.1) this.now += Math.floor(random() * 800) / 4
    else if (choice < 0.55 && this.#flights.length < 200) this.send(pick(AMOUNTS, random))
    else {
      const index = Math.floor(random() * this.#flights.length)
      const outcome = random() < 0.6 ? 'acked' : pick(SIGNALS, random)
      this.answer(outcome, pick(SMOOTHED_RTTS, random), index)
    }
  }

  #report(packet: GuardedPacket, call: () => void): void {
    packet.isReported = true
    packet.reads = 0
    call()
    packet.isReported = false
    this.mostReads = Math.max(this.mostReads, packet.reads)
  }
}

function pick<T>(choices: readonly T[], random: () => number): T {
  return choices[Math.floor(random() * choices.length)] as T
}
