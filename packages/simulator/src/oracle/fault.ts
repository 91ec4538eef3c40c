/** What can go wrong with a Prepare on one hop. */
export const requestFaults = [
  'dropRequest',
  'delayRequest',
  'reorderRequest',
  'duplicateRequest',
  'replayRequest',
  'lateRequest',
  'corruptRequest',
  'stripRequest',
  'swapRequest',
  'underpay',
  'refuse',
] as const

/** What can go wrong with a reply on one hop. */
export const replyFaults = [
  'dropReply',
  'delayReply',
  'reorderReply',
  'duplicateReply',
  'stripReply',
  'corruptReply',
  'swapReply',
  'swapReplyType',
  'olderReply',
  'wrongFulfillment',
  'forgeReject',
  'changeCode',
] as const

type RequestFault = (typeof requestFaults)[number]
type ReplyFault = (typeof replyFaults)[number]
export type FaultKind = RequestFault | ReplyFault

/** A while in which one thing goes wrong far more often. Milliseconds since the start of the run. */
export interface Burst {
  readonly kind: FaultKind
  readonly from: number
  readonly to: number
  /** Probability from 0 to 1 while it lasts. */
  readonly probability: number
}

/** What goes wrong with the packets that travel one way across one hop. */
export interface FaultPlan {
  /** Probability per packet, from 0 to 1. Default 0. */
  readonly chances: Readonly<Partial<Record<FaultKind, number>>>
  readonly bursts: readonly Burst[]
  /** Codes out of which `refuse`, `forgeReject` and `changeCode` draw. */
  readonly rejectCodes: readonly string[]
  /** What `underpay` leaves of a Prepare. Default: any of these. */
  readonly underpayTo?: 'nothing' | 'oneLessThanMinimum' | 'anything'
}

/** How often what went wrong in a run. */
export class FaultCounts {
  readonly #counts = new Map<string, number>()
  #total = 0

  count(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1)
    this.#total++
  }

  get total(): number {
    return this.#total
  }

  /** Sorted by name. */
  entries(): [string, number][] {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1))
  }
}
