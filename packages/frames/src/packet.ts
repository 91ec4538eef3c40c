import { DecodeError, EncodeError } from './errors.js'
import { frameSize, readFrame, writeFrame } from './frame-codec.js'
import type { IlpPacketType } from './frame-type.js'
import type { Frame, StreamPacket } from './frame.js'
import { Reader } from './oer/reader.js'
import { varUintNumberSize, varUintSize } from './oer/var-uint.js'
import { Writer } from './oer/writer.js'

/** The protocol version in every packet (RFC 0029, 5.2). */
export const STREAM_VERSION = 1

/** Bytes of a packet that fit an ILP packet's 32767 bytes of data behind the 28 bytes of the encryption envelope (5.1.1). */
export const MAX_PLAINTEXT_BYTES = 32_739

/** A frame takes its type and a length prefix at least. */
const MIN_FRAME_BYTES = 2

/** Holds every packet without data. Of a larger one it tells the size: a `Writer` goes on counting behind the end. */
const scratch = new Uint8Array(512)

export interface EncodeOptions {
  /** Append zero bytes up to this size, so that packets of different contents look the same. A larger packet stays as it is. */
  readonly padTo?: number
}

/** Bytes of a packet in front of its frames. Use it with `frameSize` to fill a packet. */
export function packetHeaderSize(sequence: number, prepareAmount: bigint, frameCount: number): number {
  return 2 + varUintNumberSize(sequence) + varUintSize(prepareAmount) + varUintNumberSize(frameCount)
}

/** Bytes of the encoded packet, without padding. */
export function packetSize(packet: StreamPacket): number {
  let size = packetHeaderSize(packet.sequence, packet.prepareAmount, packet.frames.length)
  for (const frame of packet.frames) size += frameSize(frame)
  return size
}

/**
 * The bytes of a packet, to be sealed. Integers take the fewest bytes.
 *
 * Throws `EncodeError` when a field holds a value that has no encoding. The size is the caller's business:
 * only up to {@link MAX_PLAINTEXT_BYTES} can be sent.
 */
export function encodePacket(packet: StreamPacket, options: EncodeOptions = {}): Uint8Array {
  const padTo = checkPadTo(options.padTo)
  const writer = new Writer(scratch)
  writePacket(writer, packet)
  const size = writer.position
  if (size <= scratch.length && size >= padTo) return scratch.slice(0, size)
  const bytes = new Uint8Array(Math.max(size, padTo))
  writePacket(new Writer(bytes), packet)
  return bytes
}

/**
 * Like {@link encodePacket}, into the caller's `buffer` from `offset` on. Returns the end of what was written.
 *
 * Throws `EncodeError` also when the buffer is too small; then part of it may have been overwritten.
 */
export function encodePacketInto(
  packet: StreamPacket,
  buffer: Uint8Array,
  offset = 0,
  options: EncodeOptions = {},
): number {
  const padTo = checkPadTo(options.padTo)
  if (!Number.isInteger(offset) || offset < 0) throw new EncodeError('offset', offset, 'a position in the buffer')
  const writer = new Writer(buffer, offset)
  writePacket(writer, packet)
  const end = writer.position
  if (end < offset + padTo) {
    writer.position = offset + padTo
    buffer.fill(0, end, writer.position)
  }
  return writer.finish()
}

/**
 * The packet in these bytes. `data`, `receipt` and `contents` of its frames are views of them, not copies.
 *
 * Accepted: leading zeros in integers, any error code, bytes behind the known fields of a frame and behind the last
 * frame. Limits that are larger than we count saturate. Throws `DecodeError` on everything else, and the whole packet
 * counts as unreadable (RFC 0029, 5.1.1).
 */
export function decodePacket(bytes: Uint8Array): StreamPacket {
  const reader = new Reader(bytes)
  const version = reader.readUint8('version')
  if (version !== STREAM_VERSION) throw new DecodeError('version', 0, `unsupported version ${version}`)
  const ilpPacketType = readIlpPacketType(reader)
  const sequence = reader.readVarUintNumber('sequence')
  const prepareAmount = reader.readVarUint('prepareAmount')
  return { ilpPacketType, sequence, prepareAmount, frames: readFrames(reader) }
}

function readIlpPacketType(reader: Reader): IlpPacketType {
  const type = reader.readUint8('ilpPacketType')
  if (type === 12 || type === 13 || type === 14) return type
  throw new DecodeError('ilpPacketType', 1, `${type} is no ILP packet type`)
}

function readFrames(reader: Reader): readonly Frame[] {
  const start = reader.position
  const count = reader.readVarUintNumber('numFrames')
  // Refused before any of them is read: a few bytes must not announce work for thousands.
  const room = Math.floor((reader.end - reader.position) / MIN_FRAME_BYTES)
  if (count > room) throw new DecodeError('numFrames', start, `${count} frames announced, at most ${room} fit`)
  const frames: Frame[] = []
  for (let i = 0; i < count; i++) frames.push(readFrame(reader))
  return frames
}

function writePacket(writer: Writer, packet: StreamPacket): void {
  const { ilpPacketType, frames } = packet
  if (ilpPacketType !== 12 && ilpPacketType !== 13 && ilpPacketType !== 14) {
    throw new EncodeError('ilpPacketType', ilpPacketType, '12, 13 or 14')
  }
  writer.writeUint8(STREAM_VERSION, 'version')
  writer.writeUint8(ilpPacketType, 'ilpPacketType')
  writer.writeVarUintNumber(packet.sequence, 'sequence')
  writer.writeVarUint(packet.prepareAmount, 'prepareAmount')
  writer.writeVarUintNumber(frames.length, 'numFrames')
  for (const frame of frames) writeFrame(writer, frame)
}

function checkPadTo(padTo = 0): number {
  if (!Number.isInteger(padTo) || padTo < 0 || padTo > MAX_PLAINTEXT_BYTES) {
    throw new EncodeError('padTo', padTo, `an integer from 0 to ${MAX_PLAINTEXT_BYTES}`)
  }
  return padTo
}
