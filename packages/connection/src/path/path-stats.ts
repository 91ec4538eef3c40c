import type { IlpAddress } from '@stream/frames'
import type { Duration } from '@stream/flow'
import type { RateBounds } from './exchange-rate.js'
import type { Ratio } from './ratio.js'

/** What is known of the path to the peer. */
export interface PathStats {
  /** Least acceptable rate; `undefined` until it is known. */
  readonly minimumRate: Ratio | undefined
  readonly rateBounds: RateBounds | undefined
  readonly lastPacketRate: Ratio | undefined
  /** Milliseconds; 0 until a reply came. */
  readonly smoothedRtt: Duration
  /** Largest amount of a packet now, source units. */
  readonly packetAmountLimit: bigint
  readonly peerAddress: IlpAddress | undefined
  readonly peerAsset: { readonly code: string; readonly scale: number } | undefined
  /** The congestion controller's own figures. */
  readonly congestion: Readonly<Record<string, number | bigint>>
}
