// oxlint-disable no-useless-constructor -- they give the arguments their names and types
import type Long from 'long'
import { BaseFrame, frameName } from './base-frame.js'
import type { ErrorCode, FrameType } from './frame-codes.js'
import type { WireInteger } from './wire-values.js'

export class ConnectionCloseFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'ConnectionClose'
  declare type: FrameType.ConnectionClose
  declare errorCode: ErrorCode
  declare errorMessage: string

  constructor(errorCode: ErrorCode, errorMessage: string) {
    super(errorCode, errorMessage)
  }
}

export class ConnectionNewAddressFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'ConnectionNewAddress'
  declare type: FrameType.ConnectionNewAddress
  declare sourceAccount: string

  constructor(sourceAccount: string) {
    super(sourceAccount)
  }
}

export class ConnectionAssetDetailsFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'ConnectionAssetDetails'
  declare type: FrameType.ConnectionAssetDetails
  declare sourceAssetCode: string
  declare sourceAssetScale: number

  constructor(sourceAssetCode: string, sourceAssetScale: number) {
    super(sourceAssetCode, sourceAssetScale)
  }
}

export class ConnectionMaxDataFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'ConnectionMaxData'
  declare type: FrameType.ConnectionMaxData
  declare maxOffset: Long

  constructor(maxOffset: WireInteger) {
    super(maxOffset)
  }
}

export class ConnectionDataBlockedFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'ConnectionDataBlocked'
  declare type: FrameType.ConnectionDataBlocked
  declare maxOffset: Long

  constructor(maxOffset: WireInteger) {
    super(maxOffset)
  }
}

export class ConnectionMaxStreamIdFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'ConnectionMaxStreamId'
  declare type: FrameType.ConnectionMaxStreamId
  declare maxStreamId: Long

  constructor(maxStreamId: WireInteger) {
    super(maxStreamId)
  }
}

export class ConnectionStreamIdBlockedFrame extends BaseFrame {
  /** @internal */
  static override readonly [frameName] = 'ConnectionStreamIdBlocked'
  declare type: FrameType.ConnectionStreamIdBlocked
  declare maxStreamId: Long

  constructor(maxStreamId: WireInteger) {
    super(maxStreamId)
  }
}
