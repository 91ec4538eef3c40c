import { EncodeError } from '../errors.js'
import { utf8Size, writeUtf8 } from './utf8.js'
import { MAX_UINT64, highHalf, lowHalf, magnitudeSize } from './var-uint.js'

/**
 * Writes OER fields into the caller's bytes in one pass.
 *
 * Writing past the end changes nothing but `position`; {@link Writer.finish} then says how many bytes were needed.
 * So no method checks the room, and the hot path has one check per packet.
 *
 * Every method takes the name of the field it writes, for the {@link EncodeError} it throws when the value does not fit.
 */
export class Writer {
  readonly bytes: Uint8Array
  /** Where the next byte goes. */
  position: number

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes
    this.position = position
  }

  /** The end of what was written. Throws `EncodeError` when it did not fit. */
  finish(): number {
    if (this.position > this.bytes.length) {
      throw new EncodeError('buffer', this.bytes, `room for ${this.position} bytes`)
    }
    return this.position
  }

  /** One byte, 0 to 255. */
  writeUint8(value: number, field: string): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xff) {
      throw new EncodeError(field, value, 'an integer from 0 to 255')
    }
    this.bytes[this.position++] = value
  }

  /** Eight bytes, big-endian. */
  writeUint64(value: bigint, field: string): void {
    checkUint64(value, field)
    const low = lowHalf(value)
    this.#writeMagnitude(highHalf(), low, 8)
  }

  /** A VarUInt up to 2^64 - 1, in the fewest bytes. */
  writeVarUint(value: bigint, field: string): void {
    checkUint64(value, field)
    const low = lowHalf(value)
    const high = highHalf()
    const size = magnitudeSize(high, low)
    this.bytes[this.position++] = size
    this.#writeMagnitude(high, low, size)
  }

  /** A VarUInt up to 2^53 - 1, in the fewest bytes. */
  writeVarUintNumber(value: number, field: string): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new EncodeError(field, value, 'an integer from 0 to 2^53 - 1')
    }
    if (value < 0x100) {
      const { bytes, position } = this
      bytes[position] = 1
      bytes[position + 1] = value
      this.position = position + 2
      return
    }
    const high = Math.floor(value / 0x1_0000_0000)
    const low = value >>> 0
    const size = magnitudeSize(high, low)
    this.bytes[this.position++] = size
    this.#writeMagnitude(high, low, size)
  }

  /** The length prefix of a VarOctetString of `length` bytes, which the caller writes next. */
  writeLength(length: number): void {
    if (length < 0x80) {
      this.bytes[this.position++] = length
      return
    }
    const size = magnitudeSize(0, length)
    this.bytes[this.position++] = 0x80 | size
    this.#writeMagnitude(0, length, size)
  }

  /** Bytes without a length prefix. */
  writeOctets(value: Uint8Array, field: string): void {
    checkBytes(value, field)
    const end = this.position + value.length
    if (end <= this.bytes.length) this.bytes.set(value, this.position)
    this.position = end
  }

  /** Bytes behind their length prefix. */
  writeVarOctets(value: Uint8Array, field: string): void {
    checkBytes(value, field)
    this.writeLength(value.length)
    this.writeOctets(value, field)
  }

  /** Text in UTF-8 behind its length prefix. */
  writeVarUtf8(value: string, field: string): void {
    checkText(value, field)
    const size = utf8Size(value)
    this.writeLength(size)
    const end = this.position + size
    if (end <= this.bytes.length) writeUtf8(value, this.bytes, this.position)
    this.position = end
  }

  /** Text that the caller knows to be ASCII, such as a checked address, behind its length prefix. */
  writeVarAscii(value: string): void {
    this.writeLength(value.length)
    const { bytes, position } = this
    for (let i = 0; i < value.length; i++) bytes[position + i] = value.charCodeAt(i)
    this.position = position + value.length
  }

  #writeMagnitude(high: number, low: number, size: number): void {
    const { bytes } = this
    let at = this.position + size
    this.position = at
    const firstOfLow = size > 4 ? at - 4 : at - size
    for (let rest = low; at > firstOfLow; rest >>>= 8) bytes[--at] = rest
    for (let rest = high, first = this.position - size; at > first; rest >>>= 8) bytes[--at] = rest
  }
}

function checkUint64(value: bigint, field: string): void {
  if (typeof value !== 'bigint' || value < 0n || value > MAX_UINT64) {
    throw new EncodeError(field, value, 'a bigint from 0 to 2^64 - 1')
  }
}

/** Throws `EncodeError` when `value` is not a `Uint8Array`. */
export function checkBytes(value: Uint8Array, field: string): void {
  if (!(value instanceof Uint8Array)) throw new EncodeError(field, value, 'a Uint8Array')
}

/** Throws `EncodeError` when `value` is not a string. */
export function checkText(value: string, field: string): void {
  if (typeof value !== 'string') throw new EncodeError(field, value, 'a string')
}
