import { EncodeError } from './errors.js'
import { FrameType, isKnownFrameType } from './frame-type.js'
import type { Frame, KnownFrame, UnknownFrame } from './frame.js'
import type { Reader } from './oer/reader.js'
import { utf8Size } from './oer/utf8.js'
import { varOctetsSize, varUintNumberSize, varUintSize } from './oer/var-uint.js'
import { checkBytes, checkText, type Writer } from './oer/writer.js'

interface FrameCodec<F extends KnownFrame> {
  /** Contents are always below 128 bytes, so their length fits one byte that is filled in afterwards. */
  readonly short: boolean
  /** Bytes of the contents. */
  size(frame: F): number
  write(writer: Writer, frame: F): void
  read(reader: Reader): F
}

type FrameOf<Type extends FrameType> = Extract<KnownFrame, { readonly type: Type }>
/** A row for every frame type: a missing or a wrong one does not compile. */
type FrameCodecs = { readonly [Type in FrameType]: FrameCodec<FrameOf<Type>> }

/** The contents of each frame, in the order in which its fields are on the wire (RFC 0029, 5.3). */
const codecs: FrameCodecs = {
  [FrameType.ConnectionClose]: {
    short: false,
    size: (frame) => 1 + textSize(frame.errorMessage, 'ConnectionClose.errorMessage'),
    write(writer, frame) {
      writer.writeUint8(frame.errorCode, 'ConnectionClose.errorCode')
      writer.writeVarUtf8(frame.errorMessage, 'ConnectionClose.errorMessage')
    },
    read: (reader) => ({
      type: FrameType.ConnectionClose,
      errorCode: reader.readUint8('ConnectionClose.errorCode'),
      errorMessage: reader.readVarUtf8('ConnectionClose.errorMessage'),
    }),
  },
  [FrameType.ConnectionNewAddress]: {
    short: false,
    size: (frame) => textSize(frame.sourceAccount, 'ConnectionNewAddress.sourceAccount'),
    write: (writer, frame) => writer.writeVarUtf8(frame.sourceAccount, 'ConnectionNewAddress.sourceAccount'),
    read: (reader) => ({
      type: FrameType.ConnectionNewAddress,
      // A repaired address would be another address.
      sourceAccount: reader.readStrictVarUtf8('ConnectionNewAddress.sourceAccount'),
    }),
  },
  [FrameType.ConnectionMaxData]: {
    short: true,
    size: (frame) => varUintNumberSize(frame.maxOffset),
    write: (writer, frame) => writer.writeVarUintNumber(frame.maxOffset, 'ConnectionMaxData.maxOffset'),
    read: (reader) => ({
      type: FrameType.ConnectionMaxData,
      maxOffset: reader.readSaturatingVarUintNumber('ConnectionMaxData.maxOffset'),
    }),
  },
  [FrameType.ConnectionDataBlocked]: {
    short: true,
    size: (frame) => varUintNumberSize(frame.maxOffset),
    write: (writer, frame) => writer.writeVarUintNumber(frame.maxOffset, 'ConnectionDataBlocked.maxOffset'),
    read: (reader) => ({
      type: FrameType.ConnectionDataBlocked,
      maxOffset: reader.readSaturatingVarUintNumber('ConnectionDataBlocked.maxOffset'),
    }),
  },
  [FrameType.ConnectionMaxStreamId]: {
    short: true,
    size: (frame) => varUintNumberSize(frame.maxStreamId),
    write: (writer, frame) => writer.writeVarUintNumber(frame.maxStreamId, 'ConnectionMaxStreamId.maxStreamId'),
    read: (reader) => ({
      type: FrameType.ConnectionMaxStreamId,
      maxStreamId: reader.readSaturatingVarUintNumber('ConnectionMaxStreamId.maxStreamId'),
    }),
  },
  [FrameType.ConnectionStreamIdBlocked]: {
    short: true,
    size: (frame) => varUintNumberSize(frame.maxStreamId),
    write: (writer, frame) => writer.writeVarUintNumber(frame.maxStreamId, 'ConnectionStreamIdBlocked.maxStreamId'),
    read: (reader) => ({
      type: FrameType.ConnectionStreamIdBlocked,
      maxStreamId: reader.readSaturatingVarUintNumber('ConnectionStreamIdBlocked.maxStreamId'),
    }),
  },
  [FrameType.ConnectionAssetDetails]: {
    short: false,
    size: (frame) => textSize(frame.sourceAssetCode, 'ConnectionAssetDetails.sourceAssetCode') + 1,
    write(writer, frame) {
      writer.writeVarUtf8(frame.sourceAssetCode, 'ConnectionAssetDetails.sourceAssetCode')
      writer.writeUint8(frame.sourceAssetScale, 'ConnectionAssetDetails.sourceAssetScale')
    },
    read: (reader) => ({
      type: FrameType.ConnectionAssetDetails,
      sourceAssetCode: reader.readVarUtf8('ConnectionAssetDetails.sourceAssetCode'),
      sourceAssetScale: reader.readUint8('ConnectionAssetDetails.sourceAssetScale'),
    }),
  },
  [FrameType.StreamClose]: {
    short: false,
    size: (frame) => varUintNumberSize(frame.streamId) + 1 + textSize(frame.errorMessage, 'StreamClose.errorMessage'),
    write(writer, frame) {
      writer.writeVarUintNumber(frame.streamId, 'StreamClose.streamId')
      writer.writeUint8(frame.errorCode, 'StreamClose.errorCode')
      writer.writeVarUtf8(frame.errorMessage, 'StreamClose.errorMessage')
    },
    read: (reader) => ({
      type: FrameType.StreamClose,
      streamId: reader.readVarUintNumber('StreamClose.streamId'),
      errorCode: reader.readUint8('StreamClose.errorCode'),
      errorMessage: reader.readVarUtf8('StreamClose.errorMessage'),
    }),
  },
  [FrameType.StreamMoney]: {
    short: true,
    size: (frame) => varUintNumberSize(frame.streamId) + varUintSize(frame.shares),
    write(writer, frame) {
      writer.writeVarUintNumber(frame.streamId, 'StreamMoney.streamId')
      writer.writeVarUint(frame.shares, 'StreamMoney.shares')
    },
    read: (reader) => ({
      type: FrameType.StreamMoney,
      streamId: reader.readVarUintNumber('StreamMoney.streamId'),
      shares: reader.readVarUint('StreamMoney.shares'),
    }),
  },
  [FrameType.StreamMaxMoney]: {
    short: true,
    size: (frame) =>
      varUintNumberSize(frame.streamId) + varUintSize(frame.receiveMax) + varUintSize(frame.totalReceived),
    write(writer, frame) {
      writer.writeVarUintNumber(frame.streamId, 'StreamMaxMoney.streamId')
      writer.writeVarUint(frame.receiveMax, 'StreamMaxMoney.receiveMax')
      writer.writeVarUint(frame.totalReceived, 'StreamMaxMoney.totalReceived')
    },
    read: (reader) => ({
      type: FrameType.StreamMaxMoney,
      streamId: reader.readVarUintNumber('StreamMaxMoney.streamId'),
      receiveMax: reader.readSaturatingVarUint('StreamMaxMoney.receiveMax'),
      totalReceived: reader.readVarUint('StreamMaxMoney.totalReceived'),
    }),
  },
  [FrameType.StreamMoneyBlocked]: {
    short: true,
    size: (frame) => varUintNumberSize(frame.streamId) + varUintSize(frame.sendMax) + varUintSize(frame.totalSent),
    write(writer, frame) {
      writer.writeVarUintNumber(frame.streamId, 'StreamMoneyBlocked.streamId')
      writer.writeVarUint(frame.sendMax, 'StreamMoneyBlocked.sendMax')
      writer.writeVarUint(frame.totalSent, 'StreamMoneyBlocked.totalSent')
    },
    read: (reader) => ({
      type: FrameType.StreamMoneyBlocked,
      streamId: reader.readVarUintNumber('StreamMoneyBlocked.streamId'),
      sendMax: reader.readSaturatingVarUint('StreamMoneyBlocked.sendMax'),
      totalSent: reader.readVarUint('StreamMoneyBlocked.totalSent'),
    }),
  },
  [FrameType.StreamData]: {
    short: false,
    size: (frame) =>
      varUintNumberSize(frame.streamId) + varUintNumberSize(frame.offset) + bytesSize(frame.data, 'StreamData.data'),
    write(writer, frame) {
      writer.writeVarUintNumber(frame.streamId, 'StreamData.streamId')
      writer.writeVarUintNumber(frame.offset, 'StreamData.offset')
      writer.writeVarOctets(frame.data, 'StreamData.data')
    },
    read: (reader) => ({
      type: FrameType.StreamData,
      streamId: reader.readVarUintNumber('StreamData.streamId'),
      offset: reader.readVarUintNumber('StreamData.offset'),
      data: reader.readVarOctets('StreamData.data'),
    }),
  },
  [FrameType.StreamMaxData]: {
    short: true,
    size: (frame) => varUintNumberSize(frame.streamId) + varUintNumberSize(frame.maxOffset),
    write(writer, frame) {
      writer.writeVarUintNumber(frame.streamId, 'StreamMaxData.streamId')
      writer.writeVarUintNumber(frame.maxOffset, 'StreamMaxData.maxOffset')
    },
    read: (reader) => ({
      type: FrameType.StreamMaxData,
      streamId: reader.readVarUintNumber('StreamMaxData.streamId'),
      maxOffset: reader.readSaturatingVarUintNumber('StreamMaxData.maxOffset'),
    }),
  },
  [FrameType.StreamDataBlocked]: {
    short: true,
    size: (frame) => varUintNumberSize(frame.streamId) + varUintNumberSize(frame.maxOffset),
    write(writer, frame) {
      writer.writeVarUintNumber(frame.streamId, 'StreamDataBlocked.streamId')
      writer.writeVarUintNumber(frame.maxOffset, 'StreamDataBlocked.maxOffset')
    },
    read: (reader) => ({
      type: FrameType.StreamDataBlocked,
      streamId: reader.readVarUintNumber('StreamDataBlocked.streamId'),
      maxOffset: reader.readSaturatingVarUintNumber('StreamDataBlocked.maxOffset'),
    }),
  },
  [FrameType.StreamReceipt]: {
    short: false,
    size: (frame) => varUintNumberSize(frame.streamId) + bytesSize(frame.receipt, 'StreamReceipt.receipt'),
    write(writer, frame) {
      writer.writeVarUintNumber(frame.streamId, 'StreamReceipt.streamId')
      writer.writeVarOctets(frame.receipt, 'StreamReceipt.receipt')
    },
    read: (reader) => ({
      type: FrameType.StreamReceipt,
      streamId: reader.readVarUintNumber('StreamReceipt.streamId'),
      receipt: reader.readVarOctets('StreamReceipt.receipt'),
    }),
  },
}

// An array is looked up faster than the table, and by any byte. A row only ever meets frames of its own type.
const rowByType = codecs as Readonly<Record<number, unknown>>
const codecByType = Array.from({ length: 0x100 }, (_, type) => rowByType[type] as FrameCodec<KnownFrame> | undefined)

/** Bytes of a frame on the wire: its type, the length prefix and the contents. Use it to fill a packet. */
export function frameSize(frame: Frame): number {
  return 1 + varOctetsSize(contentsSize(frame))
}

function contentsSize(frame: Frame): number {
  if (frame.type !== 'unknown') return codecOf(frame).size(frame)
  checkBytes(frame.contents, 'frame.contents')
  return frame.contents.length
}

/** Writes one frame. */
export function writeFrame(writer: Writer, frame: Frame): void {
  if (frame.type === 'unknown') return writeUnknownFrame(writer, frame)
  const codec = codecOf(frame)
  writer.writeUint8(frame.type, 'frame.type')
  if (!codec.short) {
    writer.writeLength(codec.size(frame))
    codec.write(writer, frame)
    return
  }
  const start = ++writer.position
  codec.write(writer, frame)
  writer.bytes[start - 1] = writer.position - start
}

/** Reads one frame. What follows the known fields inside the frame is ignored. */
export function readFrame(reader: Reader): Frame {
  const typeId = reader.readUint8('frame.type')
  const codec = codecByType[typeId]
  if (codec === undefined) return { type: 'unknown', typeId, contents: reader.readVarOctets('frame.contents') }
  const length = reader.readLength('frame.contents')
  const packetEnd = reader.end
  const frameEnd = reader.position + length
  reader.end = frameEnd
  const frame = codec.read(reader)
  reader.position = frameEnd
  reader.end = packetEnd
  return frame
}

function writeUnknownFrame(writer: Writer, frame: UnknownFrame): void {
  if (isKnownFrameType(frame.typeId)) {
    throw new EncodeError('frame.typeId', frame.typeId, 'a type that no known frame has')
  }
  writer.writeUint8(frame.typeId, 'frame.typeId')
  writer.writeVarOctets(frame.contents, 'frame.contents')
}

function codecOf(frame: KnownFrame): FrameCodec<KnownFrame> {
  const codec = typeof frame.type === 'number' ? codecByType[frame.type] : undefined
  if (codec === undefined) throw new EncodeError('frame.type', frame.type, "a FrameType or 'unknown'")
  return codec
}

function textSize(text: string, field: string): number {
  checkText(text, field)
  return varOctetsSize(utf8Size(text))
}

function bytesSize(bytes: Uint8Array, field: string): number {
  checkBytes(bytes, field)
  return varOctetsSize(bytes.length)
}
