import { DecodeError, EncodeError } from '../errors.js'
import { IlpPacketType } from '../frame-type.js'
import { Reader } from '../oer/reader.js'
import { utf8Size } from '../oer/utf8.js'
import { varOctetsSize } from '../oer/var-uint.js'
import { Writer, checkBytes, checkText } from '../oer/writer.js'
import { isValidIlpAddress, lastAddressIn, lastBytesOf, type IlpAddress } from './address.js'
import { MAX_TIMESTAMP, MIN_TIMESTAMP, TIMESTAMP_BYTES, readTimestamp, writeTimestamp } from './timestamp.js'

/**
 * Bytes of the largest `data` of an ILP packet (RFC 0027). Senders keep to it; the codec carries more, because
 * implementations in use exceed it by a byte and no connector in use minds.
 */
export const MAX_ILP_DATA_BYTES = 32_767

/** Bytes of a condition, a fulfillment: SHA-256 and its preimage. */
const HASH_BYTES = 32
const ERROR_CODE_BYTES = 3
const CODE = /^[!-~]{3}$/

/** A payment offered: the request of ILPv4. */
export interface IlpPrepare {
  /** In the units of the two accounts that exchange this packet. */
  readonly amount: bigint
  readonly destination: IlpAddress
  /** 32 bytes: the SHA-256 hash of the fulfillment. */
  readonly executionCondition: Uint8Array
  /** Milliseconds since the Unix epoch. The wire carries whole ones; a fraction is cut off. */
  readonly expiresAt: number
  /** RFC 0027 allows 32767 bytes. */
  readonly data: Uint8Array
}

/** A payment executed. */
export interface IlpFulfill {
  readonly type: 'fulfill'
  /** 32 bytes: the preimage of the condition. */
  readonly fulfillment: Uint8Array
  /** RFC 0027 allows 32767 bytes. */
  readonly data: Uint8Array
}

/** A payment refused, by its receiver or by anyone on the way. */
export interface IlpReject {
  readonly type: 'reject'
  /** Three characters; see `IlpErrorCode`. */
  readonly code: string
  /** Who refused, or empty. */
  readonly triggeredBy: IlpAddress
  /** For people, not for programs. */
  readonly message: string
  /** RFC 0027 allows 32767 bytes. */
  readonly data: Uint8Array
}

export type IlpReply = IlpFulfill | IlpReject

/** An ILP packet of any kind; the one without a `type` is a Prepare. */
export type IlpPacket = IlpPrepare | IlpReply

/** The bytes of a Prepare. Throws `EncodeError` when a field holds a value that has no encoding. */
export function encodeIlpPrepare(prepare: IlpPrepare): Uint8Array {
  const { destination, data } = prepare
  checkBytes(data, 'data')
  checkText(destination, 'destination')
  const headerSize = ilpPrepareHeaderSize(destination, data.length)
  const bytes = new Uint8Array(headerSize + data.length)
  bytes.set(data, headerSize)
  writePrepareHeader(new Writer(bytes), prepare)
  return bytes
}

/** Bytes of a Prepare in front of its data. */
export function ilpPrepareHeaderSize(destination: IlpAddress, dataLength: number): number {
  const contentsSize = prepareFieldsSize(destination) + varOctetsSize(dataLength)
  return 1 + varOctetsSize(contentsSize) - dataLength
}

/** Another kind of view of bytes than a plain `Uint8Array`: a Node `Buffer`, say. */
export type ViewOf<Bytes extends Uint8Array> = (buffer: ArrayBufferLike, start: number, length: number) => Bytes

const plainView: ViewOf<Uint8Array> = (buffer, start, length) => new Uint8Array(buffer, start, length)

/**
 * Like {@link encodeIlpPrepare}, but the packet is built around `data` where it lies, so that nothing is copied: the
 * {@link ilpPrepareHeaderSize} bytes in front of it, in the same `ArrayBuffer`, are overwritten.
 *
 * Throws `EncodeError` also when there are not so many; that they are free is for the caller to know.
 */
export function encodeIlpPrepareInFront(prepare: IlpPrepare): Uint8Array
export function encodeIlpPrepareInFront<Bytes extends Uint8Array>(prepare: IlpPrepare, view: ViewOf<Bytes>): Bytes
export function encodeIlpPrepareInFront(prepare: IlpPrepare, view = plainView): Uint8Array {
  const { destination, data } = prepare
  checkBytes(data, 'data')
  checkText(destination, 'destination')
  const headerSize = ilpPrepareHeaderSize(destination, data.length)
  const start = data.byteOffset - headerSize
  if (start < 0) throw new EncodeError('data', data, `${headerSize} bytes in front of it in its buffer`)
  const bytes = view(data.buffer, start, headerSize + data.length)
  writePrepareHeader(new Writer(bytes), prepare)
  return bytes
}

/** Everything in front of the data, its length prefix included. */
function writePrepareHeader(writer: Writer, prepare: IlpPrepare): void {
  const { amount, destination, executionCondition, expiresAt, data } = prepare
  checkHash(executionCondition, 'executionCondition')
  if (!isValidIlpAddress(destination)) throw new EncodeError('destination', destination, 'an ILP address')
  if (typeof expiresAt !== 'number' || !(expiresAt >= MIN_TIMESTAMP && expiresAt <= MAX_TIMESTAMP)) {
    throw new EncodeError('expiresAt', expiresAt, 'milliseconds since the Unix epoch, in the years 0 to 9999')
  }
  writer.writeUint8(IlpPacketType.Prepare, 'type')
  writer.writeLength(prepareFieldsSize(destination) + varOctetsSize(data.length))
  writer.writeUint64(amount, 'amount')
  writeTimestamp(Math.floor(expiresAt), writer.bytes, writer.position)
  writer.position += TIMESTAMP_BYTES
  writer.writeOctets(executionCondition, 'executionCondition')
  writeAddress(writer, destination)
  writer.writeLength(data.length)
}

/** One that was checked. */
function writeAddress(writer: Writer, address: IlpAddress): void {
  const known = lastBytesOf(address)
  if (known === undefined) writer.writeVarAscii(address)
  else writer.writeVarOctets(known, 'address')
}

/** Bytes of all fields but the data. */
function prepareFieldsSize(destination: IlpAddress): number {
  return 8 + TIMESTAMP_BYTES + HASH_BYTES + varOctetsSize(destination.length)
}

/** The bytes of a Fulfill or a Reject. Throws `EncodeError` when a field holds a value that has no encoding. */
export function encodeIlpReply(reply: IlpReply): Uint8Array {
  const bytes = new Uint8Array(ilpReplySize(reply))
  encodeIlpReplyInto(reply, bytes)
  return bytes
}

/** Bytes of a Fulfill or a Reject. Throws `EncodeError` when a field has no size. */
export function ilpReplySize(reply: IlpReply): number {
  return 1 + varOctetsSize(replyContentsSize(reply))
}

/**
 * Like {@link encodeIlpReply}, into the caller's `buffer` from `offset` on. Returns the end of what was written.
 *
 * Throws `EncodeError` also when the buffer is too small; then part of it may have been overwritten.
 */
export function encodeIlpReplyInto(reply: IlpReply, buffer: Uint8Array, offset = 0): number {
  const size = replyContentsSize(reply)
  const writer = new Writer(buffer, offset)
  writer.writeUint8(reply.type === 'fulfill' ? IlpPacketType.Fulfill : IlpPacketType.Reject, 'type')
  writer.writeLength(size)
  if (reply.type === 'fulfill') writeFulfill(writer, reply)
  else writeReject(writer, reply)
  return writer.finish()
}

function replyContentsSize(reply: IlpReply): number {
  checkBytes(reply.data, 'data')
  const dataSize = varOctetsSize(reply.data.length)
  if (reply.type === 'fulfill') return HASH_BYTES + dataSize
  const { type, triggeredBy, message } = reply
  if (type !== 'reject') throw new EncodeError('type', type, "'fulfill' or 'reject'")
  checkText(message, 'message')
  checkText(triggeredBy, 'triggeredBy')
  return ERROR_CODE_BYTES + varOctetsSize(triggeredBy.length) + varOctetsSize(utf8Size(message)) + dataSize
}

/** The bytes of a packet of any kind: one without a `type` is a Prepare. Throws `EncodeError` as the others do. */
export function encodeIlpPacket(packet: IlpPacket): Uint8Array {
  return 'type' in packet ? encodeIlpReply(packet) : encodeIlpPrepare(packet)
}

/** The Prepare in these bytes; condition and data are views of them. Throws `DecodeError` when it is none. */
export function decodeIlpPrepare(bytes: Uint8Array): IlpPrepare {
  const reader = new Reader(bytes)
  if (reader.readUint8('type') !== IlpPacketType.Prepare) throw new DecodeError('type', 0, 'not a Prepare')
  enterContents(reader)
  const amount = reader.readUint64('amount')
  const expiresAt = readExpiry(reader)
  const executionCondition = reader.readOctets(HASH_BYTES, 'executionCondition')
  const destination = readAddress(reader, 'destination')
  return { amount, destination, executionCondition, expiresAt, data: reader.readVarOctets('data') }
}

/** The Fulfill or Reject in these bytes; fulfillment and data are views of them. Throws `DecodeError` when it is neither. */
export function decodeIlpReply(bytes: Uint8Array): IlpReply {
  const reader = new Reader(bytes)
  const type = reader.readUint8('type')
  if (type !== IlpPacketType.Fulfill && type !== IlpPacketType.Reject) {
    throw new DecodeError('type', 0, 'neither a Fulfill nor a Reject')
  }
  enterContents(reader)
  if (type === IlpPacketType.Fulfill) {
    return {
      type: 'fulfill',
      fulfillment: reader.readOctets(HASH_BYTES, 'fulfillment'),
      data: reader.readVarOctets('data'),
    }
  }
  const code = readCode(reader)
  const triggeredBy = readAddress(reader, 'triggeredBy')
  return {
    type: 'reject',
    code,
    triggeredBy,
    message: reader.readVarUtf8('message'),
    data: reader.readVarOctets('data'),
  }
}

/** The packet in these bytes, whatever its kind. Throws `DecodeError` when it is none. */
export function decodeIlpPacket(bytes: Uint8Array): IlpPacket {
  return bytes[0] === IlpPacketType.Prepare ? decodeIlpPrepare(bytes) : decodeIlpReply(bytes)
}

function writeFulfill(writer: Writer, { fulfillment, data }: IlpFulfill): void {
  checkHash(fulfillment, 'fulfillment')
  writer.writeOctets(fulfillment, 'fulfillment')
  writer.writeVarOctets(data, 'data')
}

function writeReject(writer: Writer, { code, triggeredBy, message, data }: IlpReject): void {
  if (typeof code !== 'string' || !CODE.test(code)) throw new EncodeError('code', code, 'three ASCII characters')
  if (triggeredBy !== '' && !isValidIlpAddress(triggeredBy)) {
    throw new EncodeError('triggeredBy', triggeredBy, 'an ILP address or the empty string')
  }
  for (let i = 0; i < ERROR_CODE_BYTES; i++) writer.writeUint8(code.charCodeAt(i), 'code')
  writeAddress(writer, triggeredBy)
  writer.writeVarUtf8(message, 'message')
  writer.writeVarOctets(data, 'data')
}

/** Steps behind the packet's length prefix; what follows the packet, or its last field, is ignored. */
function enterContents(reader: Reader): void {
  const length = reader.readLength('contents')
  reader.end = reader.position + length
}

function readExpiry(reader: Reader): number {
  const start = reader.position
  const time = readTimestamp(reader.bytes, reader.skip(TIMESTAMP_BYTES, 'expiresAt'))
  if (time === undefined) throw new DecodeError('expiresAt', start, 'no date of the form YYYYMMDDHHMMSSfff')
  return time
}

function readCode(reader: Reader): string {
  const start = reader.position
  const [first, second, third] = reader.readOctets(ERROR_CODE_BYTES, 'code')
  const code = String.fromCharCode(first!, second!, third!)
  if (!CODE.test(code)) throw new DecodeError('code', start, 'not three ASCII characters')
  return code
}

function readAddress(reader: Reader, field: 'destination' | 'triggeredBy'): IlpAddress {
  const start = reader.position
  const length = reader.readLength(field)
  const known = lastAddressIn(reader.bytes, reader.position, length)
  if (known !== undefined) {
    reader.skip(length, field)
    return known
  }
  reader.position = start
  const address = reader.readVarUtf8(field)
  if (isValidIlpAddress(address) || (address === '' && field === 'triggeredBy')) return address
  throw new DecodeError(field, start, 'not an ILP address')
}

function checkHash(hash: Uint8Array, field: string): void {
  if (!(hash instanceof Uint8Array) || hash.length !== HASH_BYTES) throw new EncodeError(field, hash, '32 bytes')
}
