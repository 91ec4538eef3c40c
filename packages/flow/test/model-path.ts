import type { CongestionController, CongestionSignal, Duration, Instant, SentPacketInfo } from '../src/index.js'

/** What the path does with a packet that reaches it at `now`. */
type Verdict = 'acked' | CongestionSignal
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

export interface Payer {
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
  readonly payer: number
  readonly info: SentPacketInfo
  readonly verdict: Verdict
  readonly replyAt: Instant
}

export interface Run {
  /** Virtual milliseconds; the clock begins at 0. */
  readonly until: Instant
  /** Totals leave out what was answered before. Default: 0. */
  readonly from?: Instant
  /** Makes the extra time of each reply, as a part of the round trip. Default: none. */
  readonly jitter?: () => number
}

/**
 * Payers with endless money on one path, in virtual time. The policy sits half a round trip away; payers of one path
 * have the same round trip, so packets reach it in the order they were sent.
 */
export function runPath(
  payers: readonly Payer[],
  policy: Policy,
  { until, from = 0, jitter = () => 0 }: Run,
): Totals[] {
  const totals = payers.map((): Totals => ({ delivered: 0n, acked: 0, refused: 0 }))
  const amounts = payers.map(() => 0n)
  const packets = payers.map(() => 0)
  const flights: Flight[] = []
  let head = 0
  let now: Instant = 0

  const nextAmount = (index: number): bigint => {
    const { controller, packetAmount, splits } = payers[index]!
    const window = controller.window()
    if (packets[index]! >= window.packets) return 0n
    const left = window.amount - amounts[index]!
    if (left >= packetAmount) return packetAmount
    return left > 0n && (splits === true || amounts[index] === 0n) ? left : 0n
  }

  const sendAll = (): Instant => {
    let wake = Infinity
    let busy = true
    // In turn, so that no payer always comes first.
    while (busy) {
      busy = false
      wake = Infinity
      for (const [index, { controller, rtt }] of payers.entries()) {
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
        const flight = { payer: index, info, verdict: policy(now + rtt / 2, amount), replyAt }
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
    const { payer, info, verdict } = reply
    const { controller, rtt } = payers[payer]!
    amounts[payer]! -= info.amount
    packets[payer]! -= 1
    const inFlight = { amount: amounts[payer]!, packets: packets[payer]! }
    const total = totals[payer]!
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
