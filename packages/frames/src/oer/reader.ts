import { DecodeError } from '../errors.js'
import { readStrictUtf8, readUtf8 } from './utf8.js'
import { MAX_UINT64, joinHalves } from './var-uint.js'

/** Bytes of a VarUInt's magnitude that fit a u64. */
const MAX_MAGNITUDE = 8
/** The least length that needs so many bytes behind the first. */
const SHORTEST = [0, 0x80, 0x100, 0x1_0000, 0x100_0000]

/**
 * Reads OER fields from bytes. Nothing is copied: octet strings are views of the input.
 *
 * Every method takes the name of the field it reads, for the {@link DecodeError} it throws when the bytes are not that.
 * Leading zeros in a VarUInt are accepted; a length prefix longer than necessary is refused.
 */
export class Reader {
  readonly bytes: Uint8Array
  /** The next byte to read. */
  position: number
  /** Nothing from here on belongs to what is being read. */
  end: number

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes
    this.position = position
    this.end = end
  }

  /** One byte. */
  readUint8(field: string): number {
    if (this.position >= this.end) this.#endOfBytes(field, 1)
    return this.bytes[this.position++]!
  }

  /** Eight bytes, big-endian. */
  readUint64(field: string): bigint {
    this.#require(field, 8)
    const high = this.#uint32(this.position)
    const low = this.#uint32(this.position + 4)
    this.position += 8
    return joinHalves(high, low)
  }

  /** A VarUInt. More than 8 bytes are refused (RFC 0029, 5.1.4). */
  readVarUint(field: string): bigint {
    const size = this.#magnitudeSize(field)
    if (size > MAX_MAGNITUDE) this.#tooLong(field, size)
    return this.#magnitude(size)
  }

  /** A VarUInt; one of more than 8 bytes counts as 2^64 - 1 (RFC 0029, 5.1.4). */
  readSaturatingVarUint(field: string): bigint {
    const size = this.#magnitudeSize(field)
    if (size <= MAX_MAGNITUDE) return this.#magnitude(size)
    this.position += size
    return MAX_UINT64
  }

  /** A VarUInt that must not exceed 2^53 - 1. */
  readVarUintNumber(field: string): number {
    const start = this.position
    const value = this.#number(field)
    if (value > Number.MAX_SAFE_INTEGER) throw new DecodeError(field, start, 'larger than 2^53 - 1')
    return value
  }

  /** A VarUInt of at most 8 bytes; what exceeds 2^53 - 1 counts as 2^53 - 1. */
  readSaturatingVarUintNumber(field: string): number {
    const value = this.#number(field)
    return value > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : value
  }

  /** A length prefix. The bytes it announces are there when this returns. */
  readLength(field: string): number {
    const start = this.position
    let length = this.readUint8(field)
    if (length >= 0x80) {
      const size = length & 0x7f
      // Five bytes or more announce 4 GiB or more, if they are minimal.
      if (size === 0 || size > 4) throw new DecodeError(field, start, `length prefix of ${size} bytes`)
      this.#require(field, size)
      length = 0
      for (let i = 0; i < size; i++) length = length * 0x100 + this.bytes[this.position++]!
      if (length < SHORTEST[size]!) {
        throw new DecodeError(field, start, `length ${length} written in ${size} bytes`)
      }
    }
    this.#require(field, length)
    return length
  }

  /** Steps over `length` bytes; returns where they begin. */
  skip(length: number, field: string): number {
    this.#require(field, length)
    const start = this.position
    this.position = start + length
    return start
  }

  /** `length` bytes, as a view of the input. */
  readOctets(length: number, field: string): Uint8Array {
    this.#require(field, length)
    const start = this.position
    this.position = start + length
    return this.bytes.subarray(start, this.position)
  }

  /** Bytes behind their length prefix, as a view of the input. */
  readVarOctets(field: string): Uint8Array {
    const length = this.readLength(field)
    const start = this.position
    this.position = start + length
    return this.bytes.subarray(start, this.position)
  }

  /** Text behind its length prefix; every invalid UTF-8 sequence becomes U+FFFD. */
  readVarUtf8(field: string): string {
    return readUtf8(this.readVarOctets(field))
  }

  /** Text behind its length prefix; invalid UTF-8 is refused. */
  readStrictVarUtf8(field: string): string {
    const start = this.position
    const text = readStrictUtf8(this.readVarOctets(field))
    if (text === undefined) throw new DecodeError(field, start, 'not valid UTF-8')
    return text
  }

  #require(field: string, length: number): void {
    if (this.end - this.position < length) this.#endOfBytes(field, length)
  }

  #endOfBytes(field: string, length: number): never {
    throw new DecodeError(field, this.position, `${length} bytes needed, ${this.end - this.position} left`)
  }

  #tooLong(field: string, size: number): never {
    throw new DecodeError(field, this.position, `VarUInt of ${size} bytes, at most ${MAX_MAGNITUDE} are supported`)
  }

  #magnitudeSize(field: string): number {
    const size = this.readLength(field)
    if (size === 0) throw new DecodeError(field, this.position, 'VarUInt of 0 bytes')
    return size
  }

  #magnitude(size: number): bigint {
    const end = this.position + size
    const split = size > 4 ? end - 4 : this.position
    const high = this.#uint(this.position, split)
    const low = this.#uint(split, end)
    this.position = end
    return joinHalves(high, low)
  }

  /** Exact up to 2^53 - 1, and larger than that whenever the VarUInt is. */
  #number(field: string): number {
    const size = this.#magnitudeSize(field)
    if (size === 1) return this.bytes[this.position++]!
    if (size > MAX_MAGNITUDE) this.#tooLong(field, size)
    const end = this.position + size
    const split = size > 4 ? end - 4 : this.position
    const value = this.#uint(this.position, split) * 0x1_0000_0000 + this.#uint(split, end)
    this.position = end
    return value
  }

  #uint32(at: number): number {
    return this.#uint(at, at + 4)
  }

  /** Up to four bytes, big-endian. */
  #uint(from: number, to: number): number {
    let value = 0
    for (let at = from; at < to; at++) value = (value << 8) | this.bytes[at]!
    return value >>> 0
  }
}
