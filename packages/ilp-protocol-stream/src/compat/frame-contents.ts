import { FrameType, decodePacket, encodePacketInto, packetHeaderSize } from '@stream/frames'
import { Writer, varOctetsSize } from '@stream/frames/oer'
import type { FrameName, FrameNamed } from './frame-fields.js'

/** The part of a reader of `oer-utils` that frames need. It holds the contents of one frame and nothing behind them. */
export interface ContentsReader {
  readonly buffer: Uint8Array
  cursor: number
}

const HEADER_SIZE = packetHeaderSize(0, 0n, 1)

/** Reads the contents to their end, as those of a frame with this name. Throws `DecodeError` when they are not. */
export function readContents<Name extends FrameName>(name: Name, contents: ContentsReader): FrameNamed<Name> {
  const octets = contents.buffer.subarray(contents.cursor)
  const bytes = new Uint8Array(HEADER_SIZE + 1 + varOctetsSize(octets.length))
  // The codec reads whole packets: one with this frame alone.
  encodePacketInto({ ilpPacketType: 12, sequence: 0, prepareAmount: 0n, frames: [] }, bytes)
  bytes[HEADER_SIZE - 1] = 1
  const writer = new Writer(bytes, HEADER_SIZE)
  writer.writeUint8(FrameType[name], 'frame.type')
  writer.writeVarOctets(octets, 'frame.contents')
  const [frame] = decodePacket(bytes).frames
  contents.cursor = contents.buffer.length
  return frame as FrameNamed<Name>
}
