/**
 * Wire codec of Interledger STREAM: packets and frames to bytes and back (RFC 0029, 5).
 *
 * @packageDocumentation
 */
export { ErrorCode, errorCodeName } from './error-code.js'
export { DecodeError, EncodeError } from './errors.js'
export { frameSize } from './frame-codec.js'
export { FrameType, IlpPacketType, frameTypeName } from './frame-type.js'
export type {
  ConnectionAssetDetailsFrame,
  ConnectionCloseFrame,
  ConnectionDataBlockedFrame,
  ConnectionMaxDataFrame,
  ConnectionMaxStreamIdFrame,
  ConnectionNewAddressFrame,
  ConnectionStreamIdBlockedFrame,
  Frame,
  KnownFrame,
  StreamCloseFrame,
  StreamDataBlockedFrame,
  StreamDataFrame,
  StreamId,
  StreamMaxDataFrame,
  StreamMaxMoneyFrame,
  StreamMoneyBlockedFrame,
  StreamMoneyFrame,
  StreamPacket,
  StreamReceiptFrame,
  UnknownFrame,
} from './frame.js'
export type { IlpAddress } from './ilp/address.js'
export { MAX_UINT64 } from './oer/var-uint.js'
export {
  MAX_PLAINTEXT_BYTES,
  STREAM_VERSION,
  decodePacket,
  encodePacket,
  encodePacketInto,
  packetHeaderSize,
  packetSize,
} from './packet.js'
export type { EncodeOptions } from './packet.js'
