// oxlint-disable typescript/no-unsafe-enum-assignment -- the codec has numbers, 2.x has enums of the same ones
import type Long from 'long'
import type { KnownFrame } from '@stream/frames'
import { BaseFrame, wireFrame } from './base-frame.js'
import { readContents, type ContentsReader } from './frame-contents.js'
import { FrameType, type ErrorCode } from './frame-codes.js'
import { long, positionLimit, unsigned, type WireInteger } from './wire-values.js'

export class ConnectionCloseFrame extends BaseFrame {
  declare type: FrameType.ConnectionClose
  errorCode: ErrorCode
  errorMessage: string

  constructor(errorCode: ErrorCode, errorMessage: string) {
    super('ConnectionClose')
    this.errorCode = errorCode
    this.errorMessage = errorMessage
  }

  static fromContents(contents: ContentsReader): ConnectionCloseFrame {
    const frame = readContents('ConnectionClose', contents)
    return new ConnectionCloseFrame(frame.errorCode, frame.errorMessage)
  }

  override [wireFrame](): KnownFrame {
    return { type: FrameType.ConnectionClose, errorCode: this.errorCode, errorMessage: this.errorMessage }
  }
}

export class ConnectionNewAddressFrame extends BaseFrame {
  declare type: FrameType.ConnectionNewAddress
  sourceAccount: string

  constructor(sourceAccount: string) {
    super('ConnectionNewAddress')
    this.sourceAccount = sourceAccount
  }

  static fromContents(contents: ContentsReader): ConnectionNewAddressFrame {
    const frame = readContents('ConnectionNewAddress', contents)
    return new ConnectionNewAddressFrame(frame.sourceAccount)
  }

  override [wireFrame](): KnownFrame {
    return { type: FrameType.ConnectionNewAddress, sourceAccount: this.sourceAccount }
  }
}

export class ConnectionAssetDetailsFrame extends BaseFrame {
  declare type: FrameType.ConnectionAssetDetails
  sourceAssetCode: string
  sourceAssetScale: number

  constructor(sourceAssetCode: string, sourceAssetScale: number) {
    super('ConnectionAssetDetails')
    this.sourceAssetCode = sourceAssetCode
    this.sourceAssetScale = sourceAssetScale
  }

  static fromContents(contents: ContentsReader): ConnectionAssetDetailsFrame {
    const frame = readContents('ConnectionAssetDetails', contents)
    return new ConnectionAssetDetailsFrame(frame.sourceAssetCode, frame.sourceAssetScale)
  }

  override [wireFrame](): KnownFrame {
    return {
      type: FrameType.ConnectionAssetDetails,
      sourceAssetCode: this.sourceAssetCode,
      sourceAssetScale: this.sourceAssetScale,
    }
  }
}

export class ConnectionMaxDataFrame extends BaseFrame {
  declare type: FrameType.ConnectionMaxData
  maxOffset: Long

  constructor(maxOffset: WireInteger) {
    super('ConnectionMaxData')
    this.maxOffset = unsigned(maxOffset)
  }

  static fromContents(contents: ContentsReader): ConnectionMaxDataFrame {
    const frame = readContents('ConnectionMaxData', contents)
    return new ConnectionMaxDataFrame(long(frame.maxOffset))
  }

  override [wireFrame](): KnownFrame {
    return { type: FrameType.ConnectionMaxData, maxOffset: positionLimit(this.maxOffset) }
  }
}

export class ConnectionDataBlockedFrame extends BaseFrame {
  declare type: FrameType.ConnectionDataBlocked
  maxOffset: Long

  constructor(maxOffset: WireInteger) {
    super('ConnectionDataBlocked')
    this.maxOffset = unsigned(maxOffset)
  }

  static fromContents(contents: ContentsReader): ConnectionDataBlockedFrame {
    const frame = readContents('ConnectionDataBlocked', contents)
    return new ConnectionDataBlockedFrame(long(frame.maxOffset))
  }

  override [wireFrame](): KnownFrame {
    return { type: FrameType.ConnectionDataBlocked, maxOffset: positionLimit(this.maxOffset) }
  }
}

export class ConnectionMaxStreamIdFrame extends BaseFrame {
  declare type: FrameType.ConnectionMaxStreamId
  maxStreamId: Long

  constructor(maxStreamId: WireInteger) {
    super('ConnectionMaxStreamId')
    this.maxStreamId = unsigned(maxStreamId)
  }

  static fromContents(contents: ContentsReader): ConnectionMaxStreamIdFrame {
    const frame = readContents('ConnectionMaxStreamId', contents)
    return new ConnectionMaxStreamIdFrame(long(frame.maxStreamId))
  }

  override [wireFrame](): KnownFrame {
    return { type: FrameType.ConnectionMaxStreamId, maxStreamId: positionLimit(this.maxStreamId) }
  }
}

export class ConnectionStreamIdBlockedFrame extends BaseFrame {
  declare type: FrameType.ConnectionStreamIdBlocked
  maxStreamId: Long

  constructor(maxStreamId: WireInteger) {
    super('ConnectionStreamIdBlocked')
    this.maxStreamId = unsigned(maxStreamId)
  }

  static fromContents(contents: ContentsReader): ConnectionStreamIdBlockedFrame {
    const frame = readContents('ConnectionStreamIdBlocked', contents)
    return new ConnectionStreamIdBlockedFrame(long(frame.maxStreamId))
  }

  override [wireFrame](): KnownFrame {
    return { type: FrameType.ConnectionStreamIdBlocked, maxStreamId: positionLimit(this.maxStreamId) }
  }
}
