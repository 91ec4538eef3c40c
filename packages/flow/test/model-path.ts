import type { CongestionController, CongestionSignal, Duration, Instant, SentPacketInfo } from '../src/index.js'

/** What the path does with a packet that reaches it at `now`. */
export type Verdict = 'acked' | CongestionSignal
export type Policy = (now: Instant, amount: bigint) => Verdict

/** A connector's token bucket: `rate` units a second, `burst` units at most, full at the beginning. */
export function liquidityBucket(rate: number, burst: number): Policy {
  let level = burst
  let at = 0
  return (now, amount) => {
    level = Math.min(burst, level + ((now - at) * rate) / 1000)
    at = now
    if (level < Number(amount)) return 'insufficientLiquidity'
    level -= Number(amount)
    return 'acked'
  }
}

/** A small seeded generator (mulberry32): numbers from 0 up to, not including, 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Sender {
  readonly controller: CongestionController
  readonly packetAmount: bigint
  readonly rtt: Duration
  /** Fill what is left of the amount window with a smaller packet. */
  readonly splits?: boolean
}

export interface Totals {
  delivered: bigint
  acked: number
  refused: number
}

interface Flight {
  readonly sender: number
  readonly info: SentPacketInfo
  readonly verdict: Verdict
  readonly replyAt: Instant
}

/**
 * Senders with endless money on one path, in virtual time. The policy sits half a round trip away; senders of one path
 * have the same round trip, so packets reach it in the order they were sent.
 */
export function runPath(
  senders: readonly Sender[],
  policy: Policy,
  until: Instant,
  from: Instant = 0,
  jitter: () => number = () => 0,
): Totals[] {
  const totals = senders.map((): Totals => ({ delivered: 0n, acked: 0, refused: 0 }))
  const amounts = senders.map(() => 0n)
  const packets = senders.map(() => 0)
  const flights: Flight[] = []
  let head = 0
  let now: Instant = 0

  const nextAmount = (index: number): bigint => {
    const { controller, packetAmount, splits } = senders[index]!
    const window = controller.window()
    if (packets[index]! >= window.packets) return 0n
    const left = window.amount - amounts[index]!
    if (left >= packetAmount) return packetAmount
    return left > 0n && (splits === true || amounts[index] === 0n) ? left : 0n
  }

  const sendAll = (): Instant => {
    let wake = Infinity
    let busy = true
    // In turn, so that no sender always comes first.
    while (busy) {
      busy = false
      wake = Infinity
      for (const [index, { controller, rtt }] of senders.entries()) {
        const amount = nextAmount(index)
        if (amount === 0n) continue
        const at = controller.nextSendTime(now)
        if (at > now) {
          wake = Math.min(wake, at)
          continue
        }
        busy = true
        amounts[index]! += amount
        packets[index]! += 1
        const info = { sentAt: now, amount }
        controller.onPacketSent(now, info, { amount: amounts[index]!, packets: packets[index]! })
        const replyAt = now + rtt * (1 + jitter())
        const flight = { sender: index, info, verdict: policy(now + rtt / 2, amount), replyAt }
        let place = flights.length
        while (place > head && flights[place - 1]!.replyAt > replyAt) place -= 1
        flights.splice(place, 0, flight)
      }
    }
    return wake
  }

  for (;;) {
    const wake = sendAll()
    const reply = flights[head]
    now = Math.min(wake, reply?.replyAt ?? Infinity)
    if (!(now <= until)) return totals
    if (reply === undefined || reply.replyAt > now) continue
    head += 1
    const { sender, info, verdict } = reply
    const { controller, rtt } = senders[sender]!
    amounts[sender]! -= info.amount
    packets[sender]! -= 1
    const inFlight = { amount: amounts[sender]!, packets: packets[sender]! }
    const total = totals[sender]!
    const counts = now >= from
    if (verdict === 'acked') {
      if (counts) {
        total.delivered += info.amount
        total.acked += 1
      }
      controller.onPacketAcked(now, info, inFlight, rtt)
    } else {
      if (counts) total.refused += 1
      controller.onCongestion(now, info, inFlight, verdict)
    }
  }
}
