import type { Duration, Instant } from '@stream/flow'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import type { RequestId } from './connector.js'

/** What travels between two neighbours: a Prepare, or the reply to the one with the same `id`. */
export type Packet =
  | { readonly type: 'prepare'; readonly id: RequestId; readonly prepare: IlpPrepare }
  | { readonly type: 'reply'; readonly id: RequestId; readonly reply: IlpReply }

/** One thing that happened on the way, for `trace`. `from` and `to` are names of connectors and endpoints. */
export interface NetworkEvent {
  /** `sent` when it leaves, then `arrived` or, at once, `lost`. */
  readonly type: 'sent' | 'arrived' | 'lost'
  readonly at: Instant
  readonly from: string
  readonly to: string
  readonly packet: Packet
}

/** What a meddler makes of one packet; `delay` comes on top of the link's. */
export interface Tampered {
  readonly packet: Packet
  /** Milliseconds. Default 0. */
  readonly delay?: Duration
  /** True: a reply of the meddler's own, which goes back to where the packet came from. Default false. */
  readonly back?: boolean
}

/**
 * Meddles with one direction of a link. Gives what travels on instead: the packet itself, a changed one, several
 * (duplicates, replays), an answer of its own, or nothing (it is withheld).
 */
export type Tamper = (packet: Packet, now: Instant) => readonly Tampered[]
