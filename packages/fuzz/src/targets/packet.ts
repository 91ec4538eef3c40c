import { DecodeError, decodePacket, encodePacket, packetSize, type StreamPacket } from '@stream/frames'
import { must } from '../fault.js'
import { packetFrom } from '../frame-grammar.js'
import { InputReader } from '../input-reader.js'
import { same } from '../same.js'
import type { Target } from '../target.js'

/** The packet in these bytes; `undefined` when they are refused as they may be. */
export function tryDecode(bytes: Uint8Array): StreamPacket | undefined {
  try {
    return decodePacket(bytes)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    must(error.offset >= 0 && error.offset <= bytes.length, `a fault is found at ${error.offset}, outside the bytes`)
    return undefined
  }
}

export const packet: Target = {
  name: 'packet',
  about: 'bytes as a STREAM packet: a packet that can be written and read again, or a DecodeError',
  executions: 150_000,
  batch: 256,
  maxLength: 600,
  generate: (random) => encodePacket(packetFrom(new InputReader(random.bytes(120)))),
  run(input) {
    const decoded = tryDecode(input)
    if (decoded === undefined) return
    must(decoded.frames.length * 2 <= input.length, 'there are more frames than bytes for them')
    const written = encodePacket(decoded)
    must(written.length === packetSize(decoded), 'the size that was foretold is not the size that was written')
    must(same(decodePacket(written), decoded), 'what was written is read otherwise')
    for (const frame of decoded.frames) {
      const views = Object.values(frame).filter((value) => value instanceof Uint8Array)
      for (const view of views) must(view.buffer === input.buffer, 'bytes were copied instead of viewed')
    }
  },
}
