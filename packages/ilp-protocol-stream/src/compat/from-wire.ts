// oxlint-disable typescript/no-unsafe-enum-assignment -- the codec has numbers, 2.x has enums of the same ones
import { FrameType, type KnownFrame } from '@stream/frames'
import { asBuffer } from '../buffers.js'
import * as connection from './connection-frames.js'
import * as stream from './stream-frames.js'
import { long } from './wire-values.js'

/** Every frame class of 2.x. */
export type CompatFrame =
  | connection.ConnectionCloseFrame
  | connection.ConnectionNewAddressFrame
  | connection.ConnectionAssetDetailsFrame
  | connection.ConnectionMaxDataFrame
  | connection.ConnectionDataBlockedFrame
  | connection.ConnectionMaxStreamIdFrame
  | connection.ConnectionStreamIdBlockedFrame
  | stream.StreamCloseFrame
  | stream.StreamMoneyFrame
  | stream.StreamMaxMoneyFrame
  | stream.StreamMoneyBlockedFrame
  | stream.StreamDataFrame
  | stream.StreamMaxDataFrame
  | stream.StreamDataBlockedFrame
  | stream.StreamReceiptFrame

/** The frame that the codec read, as an instance of its class. */
export function fromWire(frame: KnownFrame): CompatFrame {
  switch (frame.type) {
    case FrameType.ConnectionClose:
      return new connection.ConnectionCloseFrame(frame.errorCode, frame.errorMessage)
    case FrameType.ConnectionNewAddress:
      return new connection.ConnectionNewAddressFrame(frame.sourceAccount)
    case FrameType.ConnectionAssetDetails:
      return new connection.ConnectionAssetDetailsFrame(frame.sourceAssetCode, frame.sourceAssetScale)
    case FrameType.ConnectionMaxData:
      return new connection.ConnectionMaxDataFrame(long(frame.maxOffset))
    case FrameType.ConnectionDataBlocked:
      return new connection.ConnectionDataBlockedFrame(long(frame.maxOffset))
    case FrameType.ConnectionMaxStreamId:
      return new connection.ConnectionMaxStreamIdFrame(long(frame.maxStreamId))
    case FrameType.ConnectionStreamIdBlocked:
      return new connection.ConnectionStreamIdBlockedFrame(long(frame.maxStreamId))
    case FrameType.StreamClose:
      return new stream.StreamCloseFrame(long(frame.streamId), frame.errorCode, frame.errorMessage)
    case FrameType.StreamMoney:
      return new stream.StreamMoneyFrame(long(frame.streamId), long(frame.shares))
    case FrameType.StreamMaxMoney:
      return new stream.StreamMaxMoneyFrame(long(frame.streamId), long(frame.receiveMax), long(frame.totalReceived))
    case FrameType.StreamMoneyBlocked:
      return new stream.StreamMoneyBlockedFrame(long(frame.streamId), long(frame.sendMax), long(frame.totalSent))
    case FrameType.StreamData:
      return new stream.StreamDataFrame(long(frame.streamId), long(frame.offset), asBuffer(frame.data))
    case FrameType.StreamMaxData:
      return new stream.StreamMaxDataFrame(long(frame.streamId), long(frame.maxOffset))
    case FrameType.StreamDataBlocked:
      return new stream.StreamDataBlockedFrame(long(frame.streamId), long(frame.maxOffset))
    case FrameType.StreamReceipt:
      break
  }
  return new stream.StreamReceiptFrame(long(frame.streamId), asBuffer(frame.receipt))
}
