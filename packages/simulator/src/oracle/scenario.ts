import type { Ratio } from '@stream/connection'
import type { Duration } from '@stream/flow'
import type { TokenBucketOptions } from '../token-bucket.js'
import type { AppPlan } from './application.js'
import type { FaultPlan } from './fault.js'
import type { HostilityPlan } from './hostile-peer.js'

/** What a run is made to be, from harmless to everything at once. */
export const profiles = ['calm', 'lossy', 'hostileConnector', 'hostilePeer', 'chaos'] as const
export type Profile = (typeof profiles)[number]

/** One hop between two neighbours on the way from client to server. */
export interface HopPlan {
  /** Milliseconds one way, at least and at most. */
  readonly latency: Duration
  readonly jitter: Duration
  /** What travels towards the server: the client's Prepares and the replies to the server's. */
  readonly towardsServer: FaultPlan
  readonly towardsClient: FaultPlan
  /** From each instant on, no larger packet passes (F08). Milliseconds since the start. */
  readonly packetLimits: readonly { readonly from: Duration; readonly limit: bigint }[]
}

export interface ConnectorPlan {
  readonly price: Ratio
  /** The margin it keeps. */
  readonly fee: Ratio
  /** Towards the next node on the way to the server; T04 above it. */
  readonly liquidity?: TokenBucketOptions | undefined
}

/** Something that happens at an instant, in milliseconds since the start. */
export type Change = { readonly at: Duration } & (
  | { readonly kind: 'price'; readonly connector: number; readonly price: Ratio }
  | { readonly kind: 'restartServer' }
  | { readonly kind: 'clockStep'; readonly end: 'client' | 'server'; readonly by: Duration }
  | { readonly kind: 'wrongTime'; readonly end: 'client' | 'server'; readonly by: Duration }
  | { readonly kind: 'moveClient' }
)

/** How one end is set up: options of the core, as data. */
export interface EndPlan {
  readonly app: AppPlan
  readonly maxPacketAmount: bigint
  readonly slippage: Ratio
  /** `probe`: at the start; `onDemand`: when money waits; or a rate the application knows. */
  readonly rate: 'probe' | 'onDemand' | Ratio
  readonly pathFailures: number
  readonly packetTimeout: Duration
  readonly idle: Duration
  readonly streamWindow: number
  readonly sendBuffer: number
  readonly padPackets: boolean
  readonly asksForOffers: boolean
}

/** A whole run, as data: the same scenario gives the same run to the last byte. */
export interface Scenario {
  readonly seed: number
  readonly profile: Profile
  readonly connectors: readonly ConnectorPlan[]
  /** One more than connectors. */
  readonly hops: readonly HopPlan[]
  readonly changes: readonly Change[]
  /** Milliseconds after which nothing new goes wrong. */
  readonly faultsUntil: Duration
  /** The client connects again when its connection ends early, at most so many times in all. */
  readonly connections: number
  readonly receipts: boolean
  readonly client: EndPlan
  readonly server: EndPlan
  /** One end that holds the keys and does as it likes. */
  readonly hostile?: { readonly end: 'client' | 'server'; readonly plan: HostilityPlan } | undefined
}
