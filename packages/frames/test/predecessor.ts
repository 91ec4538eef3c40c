// oxlint-disable no-underscore-dangle, typescript/no-unsafe-enum-assignment -- the predecessor's own names and enums
import * as predecessor from 'predecessor/dist/src/packet.js'
import { FrameType, type KnownFrame, type StreamPacket } from '../src/index.js'

/** The published predecessor's codec in terms of ours: what it writes for a packet, and what it reads from bytes. */

const { Packet } = predecessor

export function predecessorEncodes(packet: StreamPacket): Uint8Array {
  const frames = packet.frames.map((frame) => {
    if (frame.type === 'unknown') throw new Error('the predecessor has no unknown frames')
    return frameOfPredecessor(frame)
  })
  const { sequence, ilpPacketType, prepareAmount } = packet
  return Uint8Array.from(new Packet(long(sequence), ilpPacketType, long(prepareAmount), frames)._serialize())
}

/** Amounts and positions as bigint: it saturates at 2^64 - 1 only, and skips unknown frames. */
export function predecessorDecodes(bytes: Uint8Array): Comparable {
  const packet = Packet._deserializeUnencrypted(Buffer.from(bytes))
  return comparable({
    ilpPacketType: packet.ilpPacketType,
    sequence: packet.sequence as unknown as number,
    prepareAmount: packet.prepareAmount as unknown as bigint,
    frames: packet.frames as unknown as KnownFrame[],
  })
}

/** A packet without what the two represent differently. */
export interface Comparable {
  readonly ilpPacketType: number
  readonly sequence: bigint
  readonly prepareAmount: bigint
  readonly frames: readonly Record<string, unknown>[]
}

const SATURATING = new Set(['maxOffset', 'maxStreamId'])
const ERRORS_AND_SCALES = new Set(['type', 'errorCode', 'sourceAssetScale'])

export function comparable(packet: StreamPacket): Comparable {
  return {
    ilpPacketType: packet.ilpPacketType,
    sequence: integer(packet.sequence),
    prepareAmount: integer(packet.prepareAmount),
    frames: packet.frames.filter((frame) => frame.type !== 'unknown').map(comparableFrame),
  }
}

function comparableFrame(frame: object): Record<string, unknown> {
  const fields = Object.entries(frame).filter(([key]) => key !== 'name')
  return Object.fromEntries(fields.map(([key, value]) => [key, comparableValue(key, value)]))
}

function comparableValue(key: string, value: unknown): unknown {
  if (typeof value === 'string' || ERRORS_AND_SCALES.has(key)) return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  const whole = integer(value)
  const limit = BigInt(Number.MAX_SAFE_INTEGER)
  return SATURATING.has(key) && whole > limit ? limit : whole
}

function integer(value: unknown): bigint {
  return BigInt(String(value))
}

/** A number or bigint as the predecessor takes it without rounding. */
function long(value: number | bigint): string {
  return String(value)
}

function frameOfPredecessor(frame: KnownFrame): predecessor.Frame {
  switch (frame.type) {
    case FrameType.ConnectionClose:
      return new predecessor.ConnectionCloseFrame(frame.errorCode, frame.errorMessage)
    case FrameType.ConnectionNewAddress:
      return new predecessor.ConnectionNewAddressFrame(frame.sourceAccount)
    case FrameType.ConnectionMaxData:
      return new predecessor.ConnectionMaxDataFrame(long(frame.maxOffset))
    case FrameType.ConnectionDataBlocked:
      return new predecessor.ConnectionDataBlockedFrame(long(frame.maxOffset))
    case FrameType.ConnectionMaxStreamId:
      return new predecessor.ConnectionMaxStreamIdFrame(long(frame.maxStreamId))
    case FrameType.ConnectionStreamIdBlocked:
      return new predecessor.ConnectionStreamIdBlockedFrame(long(frame.maxStreamId))
    case FrameType.ConnectionAssetDetails:
      return new predecessor.ConnectionAssetDetailsFrame(frame.sourceAssetCode, frame.sourceAssetScale)
    case FrameType.StreamClose:
      return new predecessor.StreamCloseFrame(long(frame.streamId), frame.errorCode, frame.errorMessage)
    case FrameType.StreamMoney:
      return new predecessor.StreamMoneyFrame(long(frame.streamId), long(frame.shares))
    case FrameType.StreamMaxMoney:
      return new predecessor.StreamMaxMoneyFrame(
        long(frame.streamId),
        long(frame.receiveMax),
        long(frame.totalReceived),
      )
    case FrameType.StreamMoneyBlocked:
      return new predecessor.StreamMoneyBlockedFrame(long(frame.streamId), long(frame.sendMax), long(frame.totalSent))
    case FrameType.StreamData:
      return new predecessor.StreamDataFrame(long(frame.streamId), long(frame.offset), Buffer.from(frame.data))
    case FrameType.StreamMaxData:
      return new predecessor.StreamMaxDataFrame(long(frame.streamId), long(frame.maxOffset))
    case FrameType.StreamDataBlocked:
      return new predecessor.StreamDataBlockedFrame(long(frame.streamId), long(frame.maxOffset))
    case FrameType.StreamReceipt:
      return new predecessor.StreamReceiptFrame(long(frame.streamId), Buffer.from(frame.receipt))
    default:
      return frame
  }
}
