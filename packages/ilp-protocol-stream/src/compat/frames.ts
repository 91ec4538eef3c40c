import { frameNamed } from './base-frame.js'

export class ConnectionCloseFrame extends frameNamed('ConnectionClose') {}
export class ConnectionNewAddressFrame extends frameNamed('ConnectionNewAddress') {}
export class ConnectionMaxDataFrame extends frameNamed('ConnectionMaxData') {}
export class ConnectionDataBlockedFrame extends frameNamed('ConnectionDataBlocked') {}
export class ConnectionMaxStreamIdFrame extends frameNamed('ConnectionMaxStreamId') {}
export class ConnectionStreamIdBlockedFrame extends frameNamed('ConnectionStreamIdBlocked') {}
export class ConnectionAssetDetailsFrame extends frameNamed('ConnectionAssetDetails') {}
export class StreamCloseFrame extends frameNamed('StreamClose') {}
export class StreamMoneyFrame extends frameNamed('StreamMoney') {}
export class StreamMaxMoneyFrame extends frameNamed('StreamMaxMoney') {}
export class StreamMoneyBlockedFrame extends frameNamed('StreamMoneyBlocked') {}

export class StreamDataFrame extends frameNamed('StreamData') {
  toJSON(): Record<string, unknown> {
    const { type, name, streamId, offset, data } = this
    return { type, name, streamId, offset, dataLength: data.length }
  }
}

export class StreamMaxDataFrame extends frameNamed('StreamMaxData') {}
export class StreamDataBlockedFrame extends frameNamed('StreamDataBlocked') {}

export class StreamReceiptFrame extends frameNamed('StreamReceipt') {
  toJSON(): Record<string, unknown> {
    const { type, name, streamId, receipt } = this
    return { type, name, streamId, receipt: receipt.toString('base64') }
  }
}
