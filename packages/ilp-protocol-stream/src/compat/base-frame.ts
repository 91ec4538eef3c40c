import { encodePacket, frameSize, packetHeaderSize, type KnownFrame } from '@stream/frames'
import { asBuffer } from '../buffers.js'
import { FrameType } from './frame-codes.js'

/** The part of a writer of `oer-utils` that frames need. */
export interface FrameWriter {
  writeOctetString(bytes: Buffer, length: number): void
}

/** The frame as the codec knows it. A symbol: programs list the properties of a frame. */
export const wireFrame = Symbol('wireFrame')

const HEADER_SIZE = packetHeaderSize(0, 0n, 1)

/** What the frame classes of 2.x have in common. */
export abstract class BaseFrame {
  type: FrameType
  name: string

  constructor(name: keyof typeof FrameType) {
    this.type = FrameType[name]
    this.name = name
  }

  /** @internal */
  abstract [wireFrame](): KnownFrame

  /** Writes type, length and contents. */
  writeTo<W extends FrameWriter>(writer: W): W {
    const frames = [this[wireFrame]()]
    const bytes = encodePacket({ ilpPacketType: 12, sequence: 0, prepareAmount: 0n, frames }).subarray(HEADER_SIZE)
    writer.writeOctetString(asBuffer(bytes), bytes.length)
    return writer
  }

  /** Bytes of the frame on the wire. */
  byteLength(): number {
    return frameSize(this[wireFrame]())
  }
}
