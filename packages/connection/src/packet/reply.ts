import type { Frame, IlpPacketType, StreamId, StreamPacket } from '@stream/frames'
import { FrameType } from '@stream/frames'
import type { Instant } from '@stream/flow'
import type { PacketProtection } from '@stream/crypto'
import type { ConnectionConfig, CreateReceipt } from '../config.js'
import type { ConnectionControl } from '../connection-control.js'
import type { FrameParts } from '../frame-dispatch.js'
import type { Lifecycle } from '../lifecycle.js'
import type { Allocation } from '../streams/allocate-shares.js'
import type { Stream } from '../streams/stream.js'
import type { Streams } from '../streams/streams.js'
import { PacketBuilder } from './packet-builder.js'
import { sealPacket } from './seal-packet.js'

interface ReplyParts {
  readonly config: ConnectionConfig
  readonly protection: PacketProtection
  readonly createReceipt: CreateReceipt | undefined
  readonly lifecycle: Lifecycle
  readonly streams: Streams
  readonly control: ConnectionControl
}

/** RFC 0039 counts streams in one byte. */
const MAX_RECEIPT_STREAM_ID = 255

/**
 * Seals the STREAM packet of a reply: facts only (the close, limits, totals, receipts), and only what changed or was
 * asked for. `allocation`: money that is credited when this reply has been made. `explained`: the stream whose data says
 * why the packet is refused.
 */
export function buildReply(
  { config, protection, createReceipt, lifecycle, streams, control }: ReplyParts,
  request: StreamPacket,
  ilpPacketType: (typeof IlpPacketType)['Fulfill' | 'Reject'],
  arrived: bigint,
  touched: readonly Stream[],
  allocation: Allocation,
  extra?: readonly Frame[],
  explained?: Stream,
): Uint8Array {
  const packet = new PacketBuilder('reply')
  if (lifecycle.isOpen) control.fill(packet, false)
  else control.fillClose(packet)
  for (const stream of touched) addMoneyFacts(packet, stream, amountOf(allocation, stream.id), createReceipt)
  // What rounding leaves over may go to a stream that the packet does not name.
  for (const { streamId, amount } of allocation) {
    const stream = streams.get(streamId)
    if (stream !== undefined && !touched.includes(stream)) addMoneyFacts(packet, stream, amount, createReceipt)
  }
  if (extra !== undefined) for (const frame of extra) packet.tryAdd(frame)
  streams.fill(packet, false)
  if (explained !== undefined) {
    explained.fillReplyData(packet)
    streams.wake(explained)
  }
  lifecycle.countReply()
  const { frames } = packet
  const reply: StreamPacket = { ilpPacketType, sequence: request.sequence, prepareAmount: arrived, frames }
  return sealPacket(protection, reply, config.padPackets)
}

/**
 * The reply to data tells what was read since: with data coming in steadily, limits need no packets of their own. But
 * those measure the round trip, which windows grow by, so a few of them go on.
 */
export function raiseLimitsInPassing(now: Instant, { frames }: StreamPacket, { path, streams }: FrameParts): void {
  for (const frame of frames) {
    if (frame.type !== FrameType.StreamData || !path.isRttFresh(now)) continue
    streams.window.raiseInPassing()
    const stream = streams.get(frame.streamId)
    if (stream === undefined) continue
    const { window } = stream.dataIn
    window.raiseInPassing()
    if (window.limit.owed) streams.wake(stream)
  }
}

function amountOf(allocation: Allocation, id: StreamId): bigint {
  for (const { streamId, amount } of allocation) if (streamId === id) return amount
  return 0n
}

function addMoneyFacts(
  packet: PacketBuilder,
  stream: Stream,
  credited: bigint,
  create: CreateReceipt | undefined,
): void {
  const total = stream.moneyIn.received + credited
  stream.addMoneyLimit(packet, total)
  if (credited === 0n || create === undefined || stream.id > MAX_RECEIPT_STREAM_ID) return
  const receipt = create(stream.id, stream.moneyIn.receiptTotal(total))
  packet.tryAdd({ type: FrameType.StreamReceipt, streamId: stream.id, receipt })
}
