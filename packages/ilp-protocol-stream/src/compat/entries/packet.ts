// oxlint-disable no-underscore-dangle -- names of 2.x
// oxlint-disable typescript/no-unsafe-enum-assignment -- the codec has numbers, 2.x has enums of the same ones
import type { Type } from 'ilp-packet'
import type Long from 'long'
import {
  IlpPacketType as WirePacketType,
  decodePacket,
  encodePacket,
  packetSize,
  type StreamPacket,
} from '@stream/frames'
import { asBuffer } from '../../buffers.js'
import { wireFrame, type FrameWriter } from '../base-frame.js'
import { fromWire, type CompatFrame } from '../from-wire.js'
import { amount, long, position, unsigned, type WireInteger } from '../wire-values.js'
import { ENCRYPTION_OVERHEAD, decrypt, encrypt } from './crypto.js'

export { BaseFrame } from '../base-frame.js'
export { ErrorCode, FrameType } from '../frame-codes.js'
export {
  ConnectionAssetDetailsFrame,
  ConnectionCloseFrame,
  ConnectionDataBlockedFrame,
  ConnectionMaxDataFrame,
  ConnectionMaxStreamIdFrame,
  ConnectionNewAddressFrame,
  ConnectionStreamIdBlockedFrame,
  StreamCloseFrame,
  StreamDataFrame,
  StreamDataBlockedFrame,
  StreamMaxDataFrame,
  StreamMaxMoneyFrame,
  StreamMoneyFrame,
  StreamMoneyBlockedFrame,
  StreamReceiptFrame,
} from '../frames.js'

export type Frame = CompatFrame

/** The ILPv4 packet a STREAM packet travels in, as `ilp-packet` numbers them. */
export const IlpPacketType: { Prepare: Type; Fulfill: Type; Reject: Type } = WirePacketType

/** A STREAM packet as 2.x has it (RFC 0029, 5.2), over the codec of `@stream/frames`. */
export class Packet {
  sequence: Long
  ilpPacketType: Type
  prepareAmount: Long
  frames: Frame[]

  constructor(sequence: WireInteger, ilpPacketType: Type, packetAmount: WireInteger = 0, frames: Frame[] = []) {
    this.sequence = unsigned(sequence)
    this.ilpPacketType = ilpPacketType
    this.prepareAmount = unsigned(packetAmount)
    this.frames = frames
  }

  /** Rejects when the data was not made with this key, or holds no packet of this version (`DecodeError`). */
  static async decryptAndDeserialize(pskEncryptionKey: Uint8Array, buffer: Uint8Array): Promise<Packet> {
    let plaintext: Buffer
    try {
      plaintext = await decrypt(pskEncryptionKey, buffer)
    } catch (cause) {
      const message = 'Unable to decrypt packet. Data was corrupted or packet was encrypted with the wrong key'
      throw new Error(message, { cause })
    }
    return Packet._deserializeUnencrypted(plaintext)
  }

  /** Frames of unknown types are left out. @throws {DecodeError} */
  static _deserializeUnencrypted(buffer: Uint8Array): Packet {
    const { sequence, ilpPacketType, prepareAmount, frames } = decodePacket(buffer)
    const known = frames.flatMap((frame) => fromWire(frame) ?? [])
    return new Packet(long(sequence), ilpPacketType, long(prepareAmount), known)
  }

  /** @param padPacketToSize Bytes that the result has at least, zeros behind the frames. */
  async serializeAndEncrypt(pskEncryptionKey: Uint8Array, padPacketToSize = 0): Promise<Buffer> {
    const padTo = Math.max(0, padPacketToSize - ENCRYPTION_OVERHEAD)
    return encrypt(pskEncryptionKey, encodePacket(this.#toWire(), { padTo }))
  }

  _serialize(): Buffer {
    return asBuffer(encodePacket(this.#toWire()))
  }

  writeTo(writer: FrameWriter): void {
    const bytes = this._serialize()
    writer.writeOctetString(bytes, bytes.length)
  }

  /** Bytes once encrypted. */
  byteLength(): number {
    return packetSize(this.#toWire()) + ENCRYPTION_OVERHEAD
  }

  #toWire(): StreamPacket {
    return {
      sequence: position(this.sequence),
      ilpPacketType: this.ilpPacketType,
      prepareAmount: amount(this.prepareAmount),
      frames: this.frames.map((frame) => frame[wireFrame]()),
    }
  }
}
