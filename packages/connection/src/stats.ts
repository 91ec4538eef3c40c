import type { StreamId } from '@stream/frames'
import type { InFlight } from '@stream/flow'
import type { PathFigures } from './path/path-figures.js'

/** What a connection has counted and learned. */
export interface ConnectionFigures extends PathFigures {
  /** Fulfilled to the peer, in our units. */
  readonly totalReceived: bigint
  readonly inFlight: InFlight
  readonly packetsSent: number
  /** Requests and replies sealed with this key (RFC 0029, 5.1.3). */
  readonly packetsSealed: number
}

export interface ConnectionStats extends ConnectionFigures {
  /** The congestion controller's own figures. */
  readonly congestion: Readonly<Record<string, number | bigint>>
}

/** One stream: amounts out in source units, amounts in in our units, positions in bytes. */
export interface StreamStats {
  readonly streamId: StreamId
  readonly isOpen: boolean
  /** All that was to be sent has arrived, or cannot be sent: the peer takes no more, or the rest would deliver nothing. */
  readonly isFlushed: boolean
  readonly sendMax: bigint
  readonly sent: bigint
  readonly held: bigint
  /** In the peer's units. */
  readonly delivered: bigint
  /** The peer's limit in its units; `undefined` until it told. */
  readonly peerReceiveMax: bigint | undefined
  readonly receiveMax: bigint
  readonly received: bigint
  /** What the last receipt stated, or would have (RFC 0039), in our units. */
  readonly receiptTotal: bigint
  readonly unsentBytes: number
  readonly unackedBytes: number
  readonly readableBytes: number
  /** The RFC 0039 receipt with the largest total so far. */
  readonly receipt: Uint8Array | undefined
}

export function connectionFigures(
  path: { figures(): PathFigures },
  { totalReceived }: { readonly totalReceived: bigint },
  { packetsSent, packetsSealed }: { readonly packetsSent: number; readonly packetsSealed: number },
  inFlight: InFlight,
): ConnectionFigures {
  return { ...path.figures(), totalReceived, inFlight, packetsSent, packetsSealed }
}
