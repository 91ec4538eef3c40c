import type { ErrorCode } from './error-code.js'
import type { FrameType, IlpPacketType } from './frame-type.js'
import type { IlpAddress } from './ilp/address.js'

type T = typeof FrameType

/** 1 to 2^53 - 1. Odd when the client opened the stream, even when the server did (RFC 0029, 4.4.2). */
export type StreamId = number

/** The sender of this frame ends the connection (5.3.1). */
export interface ConnectionCloseFrame {
  readonly type: T['ConnectionClose']
  readonly errorCode: ErrorCode
  /** For people, not for programs. Read with U+FFFD in place of invalid UTF-8. */
  readonly errorMessage: string
}

/** Where to send packets from now on (5.3.2). */
export interface ConnectionNewAddressFrame {
  readonly type: T['ConnectionNewAddress']
  /** Not checked by the codec beyond UTF-8; some senders announce the empty string to ask for the asset only. */
  readonly sourceAccount: IlpAddress
}

/** How much data this endpoint accepts on the whole connection (5.3.3). */
export interface ConnectionMaxDataFrame {
  readonly type: T['ConnectionMaxData']
  /** Total bytes over all streams, since the start. Saturates at 2^53 - 1. */
  readonly maxOffset: number
}

/** The connection's data limit stops this endpoint (5.3.4). */
export interface ConnectionDataBlockedFrame {
  readonly type: T['ConnectionDataBlocked']
  /** Total bytes it wants to have sent. Saturates at 2^53 - 1. */
  readonly maxOffset: number
}

/** The highest stream this endpoint accepts (5.3.5). */
export interface ConnectionMaxStreamIdFrame {
  readonly type: T['ConnectionMaxStreamId']
  /** Saturates at 2^53 - 1. */
  readonly maxStreamId: StreamId
}

/** The stream limit stops this endpoint (5.3.6). */
export interface ConnectionStreamIdBlockedFrame {
  readonly type: T['ConnectionStreamIdBlocked']
  /** The highest stream it wants to open. Saturates at 2^53 - 1. */
  readonly maxStreamId: StreamId
}

/** The asset this endpoint counts in; it does not change during a connection (5.3.14). */
export interface ConnectionAssetDetailsFrame {
  readonly type: T['ConnectionAssetDetails']
  readonly sourceAssetCode: string
  /** Decimal places of one unit: 0 to 255. */
  readonly sourceAssetScale: number
}

/** The sender of this frame ends the stream (5.3.7). */
export interface StreamCloseFrame {
  readonly type: T['StreamClose']
  readonly streamId: StreamId
  readonly errorCode: ErrorCode
  /** For people, not for programs. Read with U+FFFD in place of invalid UTF-8. */
  readonly errorMessage: string
}

/** How much of the packet's amount is for this stream (5.3.8). */
export interface StreamMoneyFrame {
  readonly type: T['StreamMoney']
  readonly streamId: StreamId
  /** In proportion to the shares of all such frames in the packet. */
  readonly shares: bigint
}

/** How much money this endpoint accepts on the stream (5.3.9). */
export interface StreamMaxMoneyFrame {
  readonly type: T['StreamMaxMoney']
  readonly streamId: StreamId
  /** In units of the endpoint that sends the frame. Saturates at 2^64 - 1. */
  readonly receiveMax: bigint
  /** In units of the endpoint that sends the frame. */
  readonly totalReceived: bigint
}

/** The stream's money limit stops this endpoint (5.3.10). */
export interface StreamMoneyBlockedFrame {
  readonly type: T['StreamMoneyBlocked']
  readonly streamId: StreamId
  /** In units of the endpoint that sends the frame. Saturates at 2^64 - 1. */
  readonly sendMax: bigint
  /** In units of the endpoint that sends the frame. */
  readonly totalSent: bigint
}

/** A piece of the stream's data (5.3.11). */
export interface StreamDataFrame {
  readonly type: T['StreamData']
  readonly streamId: StreamId
  /** Position of the first byte in the stream. */
  readonly offset: number
  /** May be empty. Decoded, it is a view of the packet's bytes. */
  readonly data: Uint8Array
}

/** How much data this endpoint accepts on the stream (5.3.12). */
export interface StreamMaxDataFrame {
  readonly type: T['StreamMaxData']
  readonly streamId: StreamId
  /** Total bytes since the start of the stream. Saturates at 2^53 - 1. */
  readonly maxOffset: number
}

/** The stream's data limit stops this endpoint (5.3.13). */
export interface StreamDataBlockedFrame {
  readonly type: T['StreamDataBlocked']
  readonly streamId: StreamId
  /** Total bytes it wants to have sent. Saturates at 2^53 - 1. */
  readonly maxOffset: number
}

/** Proof of how much the stream has received, for a third party (RFC 0039). */
export interface StreamReceiptFrame {
  readonly type: T['StreamReceipt']
  readonly streamId: StreamId
  /** 58 bytes when valid; kept as it came. Decoded, it is a view of the packet's bytes. */
  readonly receipt: Uint8Array
}

/** A frame of a later version: MUST be ignored (5.3), kept for tools. */
export interface UnknownFrame {
  readonly type: 'unknown'
  /** 0 to 255, and none of `FrameType`. */
  readonly typeId: number
  /** Decoded, it is a view of the packet's bytes. */
  readonly contents: Uint8Array
}

export type KnownFrame =
  | ConnectionCloseFrame
  | ConnectionNewAddressFrame
  | ConnectionMaxDataFrame
  | ConnectionDataBlockedFrame
  | ConnectionMaxStreamIdFrame
  | ConnectionStreamIdBlockedFrame
  | ConnectionAssetDetailsFrame
  | StreamCloseFrame
  | StreamMoneyFrame
  | StreamMaxMoneyFrame
  | StreamMoneyBlockedFrame
  | StreamDataFrame
  | StreamMaxDataFrame
  | StreamDataBlockedFrame
  | StreamReceiptFrame

export type Frame = KnownFrame | UnknownFrame

/** What is inside the encryption envelope (5.2). */
export interface StreamPacket {
  /** The ILP packet it belongs to; whoever reads a packet compares it with the one it came in. */
  readonly ilpPacketType: IlpPacketType
  /** Pairs a reply with its request: 0 to 2^53 - 1. */
  readonly sequence: number
  /** On a Prepare the least the receiver should accept, on a reply what arrived. In the receiver's units. */
  readonly prepareAmount: bigint
  readonly frames: readonly Frame[]
}
