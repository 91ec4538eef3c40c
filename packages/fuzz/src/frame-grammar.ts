import { FrameType, type Frame, type StreamPacket } from '@stream/frames'
import type { InputReader } from './input-reader.js'

const TYPES = [...Object.values(FrameType), 'unknown'] as const
/** Texts that matter somewhere: addresses good and bad, asset codes, nothing, what UTF-8 finds hard. */
const TEXTS = [
  '',
  'test.client',
  'test.server.token',
  'test.moved',
  'private',
  'no address',
  'XRP',
  'USD',
  '\ufeffé\ud800',
]

/** Ids near 1 most of the time, so that frames meet on the same streams. */
function streamId(reader: InputReader): number {
  return reader.once(8) ? reader.position() : reader.upTo(5)
}

function text(reader: InputReader): string {
  return reader.once(8) ? 'x'.repeat(reader.upTo(2000)) : reader.pick(TEXTS)
}

/** One frame of any type with any values. */
export function frameFrom(reader: InputReader): Frame {
  const type = reader.pick(TYPES)
  switch (type) {
    case FrameType.ConnectionClose:
      return { type, errorCode: reader.byte(), errorMessage: text(reader) }
    case FrameType.ConnectionNewAddress:
      return { type, sourceAccount: text(reader) }
    case FrameType.ConnectionMaxData:
    case FrameType.ConnectionDataBlocked:
      return { type, maxOffset: reader.position() }
    case FrameType.ConnectionMaxStreamId:
    case FrameType.ConnectionStreamIdBlocked:
      return { type, maxStreamId: reader.position() }
    case FrameType.ConnectionAssetDetails:
      return { type, sourceAssetCode: text(reader), sourceAssetScale: reader.byte() }
    case FrameType.StreamClose:
      return { type, streamId: streamId(reader), errorCode: reader.byte(), errorMessage: text(reader) }
    case FrameType.StreamMoney:
      return { type, streamId: streamId(reader), shares: reader.amount() }
    case FrameType.StreamMaxMoney:
      return { type, streamId: streamId(reader), receiveMax: reader.amount(), totalReceived: reader.amount() }
    case FrameType.StreamMoneyBlocked:
      return { type, streamId: streamId(reader), sendMax: reader.amount(), totalSent: reader.amount() }
    case FrameType.StreamData:
      return { type, streamId: streamId(reader), offset: offset(reader), data: contents(reader) }
    case FrameType.StreamMaxData:
    case FrameType.StreamDataBlocked:
      return { type, streamId: streamId(reader), maxOffset: reader.position() }
    case FrameType.StreamReceipt:
      return { type, streamId: streamId(reader), receipt: contents(reader) }
    default:
      return { type: 'unknown', typeId: 0x18 + reader.upTo(0xe0), contents: contents(reader) }
  }
}

function offset(reader: InputReader): number {
  return reader.once(4) ? reader.position() : reader.upTo(40)
}

function contents(reader: InputReader): Uint8Array {
  return reader.once(8) ? new Uint8Array(reader.upTo(20_000)).fill(7) : reader.bytes(reader.upTo(40))
}

export function framesFrom(reader: InputReader, most: number): Frame[] {
  return Array.from({ length: reader.upTo(most) }, () => frameFrom(reader))
}

export function packetFrom(reader: InputReader): StreamPacket {
  const ilpPacketType = reader.pick([12, 13, 14] as const)
  return { ilpPacketType, sequence: reader.position(), prepareAmount: reader.amount(), frames: framesFrom(reader, 8) }
}
