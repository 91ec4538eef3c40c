// oxlint-disable typescript/no-unsafe-enum-assignment -- the codec has numbers, 2.x has enums of the same ones
import type Long from 'long'
import type { KnownFrame } from '@stream/frames'
import { asBuffer } from '../buffers.js'
import { BaseFrame, wireFrame } from './base-frame.js'
import { readContents, type ContentsReader } from './frame-contents.js'
import { FrameType, type ErrorCode } from './frame-codes.js'
import { amount, long, position, positionLimit, unsigned, unsignedLimit, type WireInteger } from './wire-values.js'

export class StreamCloseFrame extends BaseFrame {
  declare type: FrameType.StreamClose
  streamId: Long
  errorCode: ErrorCode
  errorMessage: string

  constructor(streamId: WireInteger, errorCode: ErrorCode, errorMessage: string) {
    super('StreamClose')
    this.streamId = unsigned(streamId)
    this.errorCode = errorCode
    this.errorMessage = errorMessage
  }

  static fromContents(contents: ContentsReader): StreamCloseFrame {
    const frame = readContents('StreamClose', contents)
    return new StreamCloseFrame(long(frame.streamId), frame.errorCode, frame.errorMessage)
  }

  override [wireFrame](): KnownFrame {
    return {
      type: FrameType.StreamClose,
      streamId: position(this.streamId),
      errorCode: this.errorCode,
      errorMessage: this.errorMessage,
    }
  }
}

export class StreamMoneyFrame extends BaseFrame {
  declare type: FrameType.StreamMoney
  streamId: Long
  shares: Long

  constructor(streamId: WireInteger, shares: WireInteger) {
    super('StreamMoney')
    this.streamId = unsigned(streamId)
    this.shares = unsigned(shares)
  }

  static fromContents(contents: ContentsReader): StreamMoneyFrame {
    const frame = readContents('StreamMoney', contents)
    return new StreamMoneyFrame(long(frame.streamId), long(frame.shares))
  }

  override [wireFrame](): KnownFrame {
    return { type: FrameType.StreamMoney, streamId: position(this.streamId), shares: amount(this.shares) }
  }
}

export class StreamMaxMoneyFrame extends BaseFrame {
  declare type: FrameType.StreamMaxMoney
  streamId: Long
  receiveMax: Long
  totalReceived: Long

  constructor(streamId: WireInteger, receiveMax: WireInteger, totalReceived: WireInteger) {
    super('StreamMaxMoney')
    this.streamId = unsigned(streamId)
    this.receiveMax = unsignedLimit(receiveMax)
    this.totalReceived = unsigned(totalReceived)
  }

  static fromContents(contents: ContentsReader): StreamMaxMoneyFrame {
    const frame = readContents('StreamMaxMoney', contents)
    return new StreamMaxMoneyFrame(long(frame.streamId), long(frame.receiveMax), long(frame.totalReceived))
  }

  override [wireFrame](): KnownFrame {
    return {
      type: FrameType.StreamMaxMoney,
      streamId: position(this.streamId),
      receiveMax: amount(this.receiveMax),
      totalReceived: amount(this.totalReceived),
    }
  }
}

export class StreamMoneyBlockedFrame extends BaseFrame {
  declare type: FrameType.StreamMoneyBlocked
  streamId: Long
  sendMax: Long
  totalSent: Long

  constructor(streamId: WireInteger, sendMax: WireInteger, totalSent: WireInteger) {
    super('StreamMoneyBlocked')
    this.streamId = unsigned(streamId)
    this.sendMax = unsigned(sendMax)
    this.totalSent = unsigned(totalSent)
  }

  static fromContents(contents: ContentsReader): StreamMoneyBlockedFrame {
    const frame = readContents('StreamMoneyBlocked', contents)
    return new StreamMoneyBlockedFrame(long(frame.streamId), long(frame.sendMax), long(frame.totalSent))
  }

  override [wireFrame](): KnownFrame {
    return {
      type: FrameType.StreamMoneyBlocked,
      streamId: position(this.streamId),
      sendMax: amount(this.sendMax),
      totalSent: amount(this.totalSent),
    }
  }
}

export class StreamDataFrame extends BaseFrame {
  declare type: FrameType.StreamData
  streamId: Long
  offset: Long
  data: Buffer

  constructor(streamId: WireInteger, offset: WireInteger, data: Buffer) {
    super('StreamData')
    this.streamId = unsigned(streamId)
    this.offset = unsigned(offset)
    this.data = data
  }

  static fromContents(contents: ContentsReader): StreamDataFrame {
    const frame = readContents('StreamData', contents)
    return new StreamDataFrame(long(frame.streamId), long(frame.offset), asBuffer(frame.data))
  }

  override [wireFrame](): KnownFrame {
    return {
      type: FrameType.StreamData,
      streamId: position(this.streamId),
      offset: position(this.offset),
      data: this.data,
    }
  }

  toJSON(): Record<string, unknown> {
    const { type, name, streamId, offset, data } = this
    return { type, name, streamId, offset, dataLength: data.length }
  }
}

export class StreamMaxDataFrame extends BaseFrame {
  declare type: FrameType.StreamMaxData
  streamId: Long
  maxOffset: Long

  constructor(streamId: WireInteger, maxOffset: WireInteger) {
    super('StreamMaxData')
    this.streamId = unsigned(streamId)
    this.maxOffset = unsigned(maxOffset)
  }

  static fromContents(contents: ContentsReader): StreamMaxDataFrame {
    const frame = readContents('StreamMaxData', contents)
    return new StreamMaxDataFrame(long(frame.streamId), long(frame.maxOffset))
  }

  override [wireFrame](): KnownFrame {
    return {
      type: FrameType.StreamMaxData,
      streamId: position(this.streamId),
      maxOffset: positionLimit(this.maxOffset),
    }
  }
}

export class StreamDataBlockedFrame extends BaseFrame {
  declare type: FrameType.StreamDataBlocked
  streamId: Long
  maxOffset: Long

  constructor(streamId: WireInteger, maxOffset: WireInteger) {
    super('StreamDataBlocked')
    this.streamId = unsigned(streamId)
    this.maxOffset = unsigned(maxOffset)
  }

  static fromContents(contents: ContentsReader): StreamDataBlockedFrame {
    const frame = readContents('StreamDataBlocked', contents)
    return new StreamDataBlockedFrame(long(frame.streamId), long(frame.maxOffset))
  }

  override [wireFrame](): KnownFrame {
    return {
      type: FrameType.StreamDataBlocked,
      streamId: position(this.streamId),
      maxOffset: positionLimit(this.maxOffset),
    }
  }
}

export class StreamReceiptFrame extends BaseFrame {
  declare type: FrameType.StreamReceipt
  streamId: Long
  receipt: Buffer

  constructor(streamId: WireInteger, receipt: Buffer) {
    super('StreamReceipt')
    this.streamId = unsigned(streamId)
    this.receipt = receipt
  }

  static fromContents(contents: ContentsReader): StreamReceiptFrame {
    const frame = readContents('StreamReceipt', contents)
    return new StreamReceiptFrame(long(frame.streamId), asBuffer(frame.receipt))
  }

  override [wireFrame](): KnownFrame {
    return { type: FrameType.StreamReceipt, streamId: position(this.streamId), receipt: this.receipt }
  }

  toJSON(): Record<string, unknown> {
    const { type, name, streamId, receipt } = this
    return { type, name, streamId, receipt: receipt.toString('base64') }
  }
}
