import type { StreamId } from '@stream/frames'
import type { InFlight } from '@stream/flow'
import type { Lifecycle } from './lifecycle.js'
import type { Totals } from './packet/incoming-reply.js'
import type { SentPackets } from './packet/sent-packets.js'
import type { Path } from './path/path.js'
import type { PathStats } from './path/path-stats.js'
import type { Stream } from './streams/stream.js'

export interface ConnectionStats extends PathStats {
  /** Fulfilled, source units. */
  readonly totalSent: bigint
  /** What the peer said has arrived, or the minimum where its word was lost, in its units. */
  readonly totalDelivered: bigint
  /** Fulfilled to the peer, in our units. */
  readonly totalReceived: bigint
  readonly inFlight: InFlight
  readonly packetsSent: number
  readonly packetsFulfilled: number
  /** Rejected or lost, probes included. */
  readonly packetsRejected: number
  /** Requests and replies sealed with this key (RFC 0029, 5.1.3). */
  readonly packetsSealed: number
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

export function connectionStats(
  totals: Totals,
  totalReceived: bigint,
  path: Path,
  sent: SentPackets,
  lifecycle: Lifecycle,
): ConnectionStats {
  return {
    totalSent: totals.sent,
    totalDelivered: totals.delivered,
    totalReceived,
    inFlight: sent.inFlight,
    packetsSent: lifecycle.packetsSent,
    packetsFulfilled: totals.packetsFulfilled,
    packetsRejected: totals.packetsRejected,
    packetsSealed: lifecycle.packetsSealed,
    ...path.stats(),
  }
}

export function streamStats(stream: Stream): StreamStats {
  const { moneyOut, moneyIn } = stream
  return {
    streamId: stream.id,
    isOpen: stream.isOpen,
    isFlushed: stream.isFlushed,
    sendMax: moneyOut.sendMax,
    sent: moneyOut.sent,
    held: moneyOut.held,
    delivered: moneyOut.delivered,
    peerReceiveMax: moneyOut.peerReceiveMax,
    receiveMax: moneyIn.receiveMax,
    received: moneyIn.received,
    receiptTotal: moneyIn.receiptTotal(),
    unsentBytes: stream.dataOut.unsentBytes,
    unackedBytes: stream.dataOut.unackedBytes,
    readableBytes: stream.dataIn.readableBytes,
    receipt: moneyOut.receipt,
  }
}
