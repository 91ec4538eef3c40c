// oxlint-disable no-useless-constructor -- they give the arguments their names and types
import type Long from 'long'
import { BaseFrame, frameName } from './base-frame.js'
import type { ErrorCode, FrameType } from './frame-codes.js'
import type { WireInteger } from './wire-values.js'

export class StreamCloseFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'StreamClose'
  declare type: FrameType.StreamClose
  declare streamId: Long
  declare errorCode: ErrorCode
  declare errorMessage: string

  constructor(streamId: WireInteger, errorCode: ErrorCode, errorMessage: string) {
    super(streamId, errorCode, errorMessage)
  }
}

export class StreamMoneyFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'StreamMoney'
  declare type: FrameType.StreamMoney
  declare streamId: Long
  declare shares: Long

  constructor(streamId: WireInteger, shares: WireInteger) {
    super(streamId, shares)
  }
}

export class StreamMaxMoneyFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'StreamMaxMoney'
  declare type: FrameType.StreamMaxMoney
  declare streamId: Long
  declare receiveMax: Long
  declare totalReceived: Long

  constructor(streamId: WireInteger, receiveMax: WireInteger, totalReceived: WireInteger) {
    super(streamId, receiveMax, totalReceived)
  }
}

export class StreamMoneyBlockedFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'StreamMoneyBlocked'
  declare type: FrameType.StreamMoneyBlocked
  declare streamId: Long
  declare sendMax: Long
  declare totalSent: Long

  constructor(streamId: WireInteger, sendMax: WireInteger, totalSent: WireInteger) {
    super(streamId, sendMax, totalSent)
  }
}

export class StreamDataFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'StreamData'
  declare type: FrameType.StreamData
  declare streamId: Long
  declare offset: Long
  declare data: Buffer

  constructor(streamId: WireInteger, offset: WireInteger, data: Buffer) {
    super(streamId, offset, data)
  }

  toJSON(): Record<string, unknown> {
    const { type, name, streamId, offset, data } = this
    return { type, name, streamId, offset, dataLength: data.length }
  }
}

export class StreamMaxDataFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'StreamMaxData'
  declare type: FrameType.StreamMaxData
  declare streamId: Long
  declare maxOffset: Long

  constructor(streamId: WireInteger, maxOffset: WireInteger) {
    super(streamId, maxOffset)
  }
}

export class StreamDataBlockedFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'StreamDataBlocked'
  declare type: FrameType.StreamDataBlocked
  declare streamId: Long
  declare maxOffset: Long

  constructor(streamId: WireInteger, maxOffset: WireInteger) {
    super(streamId, maxOffset)
  }
}

export class StreamReceiptFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'StreamReceipt'
  declare type: FrameType.StreamReceipt
  declare streamId: Long
  declare receipt: Buffer

  constructor(streamId: WireInteger, receipt: Buffer) {
    super(streamId, receipt)
  }

  toJSON(): Record<string, unknown> {
    const { type, name, streamId, receipt } = this
    return { type, name, streamId, receipt: receipt.toString('base64') }
  }
}
