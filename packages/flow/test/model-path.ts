import type { CongestionController, CongestionSignal, Duration, Instant, SentPacketInfo } from '../src/index.js'
import { Agenda } from './agenda.js'

/** What the path does with a packet that reaches it; a number is the time it waits in a queue before it passes. */
type Verdict = 'acked' | CongestionSignal | Duration
export type Policy = (now: Instant, amount: bigint, payer: number) => Verdict

/** A connector's token bucket: `rate` units a second, `burst` units at most, full at the beginning. */
export function liquidityBucket(rate: number | ((now: Instant) => number), burst: number): Policy {
  const rateAt = typeof rate === 'number' ? () => rate : rate
  let level = burst
  let at = 0
  return (now, amount) => {
    level = Math.min(burst, level + ((now - at) * rateAt(now)) / 1000)
    at = now
    if (level < Number(amount)) return 'insufficientLiquidity'
    level -= Number(amount)
    return 'acked'
  }
}

/** A connector that sends on `rate` units a second, and lets up to `room` units wait; what does not fit is refused. */
export function queue(rate: number, room: number): Policy {
  let emptyAt = 0
  return (now, amount) => {
    const wait = Math.max(0, emptyAt - now)
    if ((wait * rate) / 1000 + Number(amount) > room) return 'insufficientLiquidity'
    emptyAt = now + wait + (Number(amount) / rate) * 1000
    return wait
  }
}

export interface Payer {
  readonly controller: CongestionController
  readonly packetAmount: bigint
  readonly rtt: Duration
  /** Default: at once. */
  readonly startsAt?: Instant
  /** Fills whatever is left of the amount window with a smaller packet. Default: only what is half a packet or more. */
  readonly splits?: boolean
}

export interface Totals {
  sent: number
  delivered: bigint
  acked: number
  refused: number
  /** Milliseconds that packets waited in queues, together. */
  waited: Duration
}

interface Answer {
  readonly payer: number
  readonly at: Instant
  readonly amount: bigint
  readonly isAcked: boolean
}

export interface Run {
  /** Virtual milliseconds; the clock begins at 0. */
  readonly until: Instant
  /** Totals leave out what was answered before. Default: 0. */
  readonly from?: Instant
  /** Makes the extra time of each packet, as a part of the round trip; it never overtakes another. Default: none. */
  readonly jitter?: () => number
  readonly onAnswer?: (answer: Answer) => void
}

/** Share of a reply in the smoothed round trip, as RFC 9002 has it. */
const SMOOTHING = 1 / 8

/** Payers with endless money on one path, in virtual time. The policy sits half a round trip away. */
export function runPath(payers: readonly Payer[], policy: Policy, run: Run): Totals[] {
  const path = new ModelPath(policy, run)
  const senders = payers.map((payer, index) => new PayingSender(payer, index, path))
  path.run()
  return senders.map(({ totals }) => totals)
}

class ModelPath {
  readonly agenda = new Agenda()
  readonly policy: Policy
  readonly until: Instant
  readonly from: Instant
  readonly jitter: () => number
  readonly onAnswer: (answer: Answer) => void

  constructor(policy: Policy, { until, from = 0, jitter = () => 0, onAnswer = () => {} }: Run) {
    this.policy = policy
    this.until = until
    this.from = from
    this.jitter = jitter
    this.onAnswer = onAnswer
  }

  run(): void {
    while (this.agenda.nextAt <= this.until) this.agenda.runNext()
  }
}

class PayingSender {
  readonly totals: Totals = { sent: 0, delivered: 0n, acked: 0, refused: 0, waited: 0 }
  #amount = 0n
  #packets = 0
  #smoothedRtt = 0
  #wakeAt = Infinity
  #lastArrival = -Infinity
  #lastReply = -Infinity

  constructor(
    readonly payer: Payer,
    readonly index: number,
    readonly path: ModelPath,
  ) {
    path.agenda.add(payer.startsAt ?? 0, (now) => this.#sendAll(now))
  }

  #nextAmount(): bigint {
    const { controller, packetAmount, splits } = this.payer
    const window = controller.window()
    if (this.#packets >= window.packets) return 0n
    const left = window.amount - this.#amount
    if (left >= packetAmount) return packetAmount
    if (left <= 0n) return 0n
    return splits === true || this.#amount === 0n || left * 2n >= packetAmount ? left : 0n
  }

  #sendAll(now: Instant): void {
    const { controller } = this.payer
    for (;;) {
      const amount = this.#nextAmount()
      if (amount === 0n) return
      const at = controller.nextSendTime(now)
      if (at > now) return this.#wake(at)
      this.#send(now, amount)
    }
  }

  #wake(at: Instant): void {
    if (this.#wakeAt === at) return
    this.#wakeAt = at
    this.path.agenda.add(at, (now) => {
      if (this.#wakeAt !== at) return
      this.#wakeAt = Infinity
      this.#sendAll(now)
    })
  }

  #send(now: Instant, amount: bigint): void {
    const { controller, rtt } = this.payer
    const { agenda, policy, jitter } = this.path
    this.#amount += amount
    this.#packets += 1
    this.totals.sent += 1
    const info = { sentAt: now, amount }
    controller.onPacketSent(now, info, { amount: this.#amount, packets: this.#packets })
    const arrival = Math.max(this.#lastArrival, now + (rtt / 2) * (1 + jitter()))
    this.#lastArrival = arrival
    agenda.add(arrival, () => {
      const verdict = policy(arrival, amount, this.index)
      const waits = typeof verdict === 'number' ? verdict : 0
      const reply = Math.max(this.#lastReply, arrival + waits + (rtt / 2) * (1 + jitter()))
      if (verdict !== 'lost') this.#lastReply = reply
      agenda.add(reply, () => this.#answer(reply, info, verdict))
    })
  }

  #answer(now: Instant, info: SentPacketInfo, verdict: Verdict): void {
    const { controller } = this.payer
    const { totals } = this
    this.#amount -= info.amount
    this.#packets -= 1
    const inFlight = { amount: this.#amount, packets: this.#packets }
    const counts = now >= this.path.from
    const isAcked = verdict === 'acked' || typeof verdict === 'number'
    this.path.onAnswer({ payer: this.index, at: now, amount: info.amount, isAcked })
    if (isAcked) {
      if (counts) {
        totals.delivered += info.amount
        totals.acked += 1
        if (typeof verdict === 'number') totals.waited += verdict
      }
      const rtt = now - info.sentAt
      this.#smoothedRtt += this.#smoothedRtt === 0 ? rtt : (rtt - this.#smoothedRtt) * SMOOTHING
      controller.onPacketAcked(now, info, inFlight, this.#smoothedRtt)
    } else {
      if (counts) totals.refused += 1
      controller.onCongestion(now, info, inFlight, verdict)
    }
    this.#sendAll(now)
  }
}
