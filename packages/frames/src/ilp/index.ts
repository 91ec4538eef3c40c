/**
 * ILPv4 packets, addresses and error codes (RFC 0015, RFC 0027).
 *
 * @packageDocumentation
 */
export { DecodeError, EncodeError } from '../errors.js'
export { IlpPacketType } from '../frame-type.js'
export { IlpAddressError, MAX_ADDRESS_LENGTH, assertIlpAddress, isValidIlpAddress } from './address.js'
export type { IlpAddress } from './address.js'
export { decodeAmountTooLarge, encodeAmountTooLarge } from './amount-too-large.js'
export type { AmountTooLarge } from './amount-too-large.js'
export { IlpErrorCode, errorClass, ilpErrorName } from './error-code.js'
export type { IlpErrorClass } from './error-code.js'
export {
  MAX_ILP_DATA_BYTES,
  decodeIlpPacket,
  decodeIlpPrepare,
  decodeIlpReply,
  encodeIlpPacket,
  encodeIlpPrepare,
  encodeIlpPrepareInFront,
  encodeIlpReply,
  encodeIlpReplyInto,
  ilpPrepareHeaderSize,
  ilpReplySize,
} from './packet.js'
export type { IlpFulfill, IlpPacket, IlpPrepare, IlpReject, IlpReply, ViewOf } from './packet.js'
