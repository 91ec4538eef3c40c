import type { IlpAddress } from '@stream/frames'
import type { Duration } from '@stream/flow'
import type { Asset } from './asset.js'
import type { RateBounds } from './exchange-rate.js'
import type { Ratio } from './ratio.js'

/** What has gone to the peer, and what is known of the path there. */
export interface PathFigures {
  /** Fulfilled, source units. */
  readonly totalSent: bigint
  /** What the peer said has arrived, or the minimum where its word was lost, in its units. */
  readonly totalDelivered: bigint
  readonly packetsFulfilled: number
  /** Rejected or lost, probes included. */
  readonly packetsRejected: number
  /** Least acceptable rate; `undefined` until it is known. */
  readonly minimumRate: Ratio | undefined
  readonly rateBounds: RateBounds | undefined
  readonly lastPacketRate: Ratio | undefined
  /** Milliseconds; 0 until a reply came. */
  readonly smoothedRtt: Duration
  /** Largest amount of a packet now, source units. */
  readonly packetAmountLimit: bigint
  readonly peerAddress: IlpAddress | undefined
  readonly peerAsset: Asset | undefined
}
