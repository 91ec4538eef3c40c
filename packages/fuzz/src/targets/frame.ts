import { encodePacket, frameSize, frameTypeName, type StreamPacket } from '@stream/frames'
import { must } from '../fault.js'
import { frameFrom } from '../frame-grammar.js'
import { InputReader } from '../input-reader.js'
import { same, sameBytes } from '../same.js'
import type { Target } from '../target.js'
import { tryDecode } from './packet.js'

const HEADER = [1, 12, 1, 1, 1, 0, 1, 1]
/** Bytes of a header with one frame and before the contents of that frame. */
const HEADER_SIZE = HEADER.length

/** A packet of one frame with these contents, whose length is announced as it is. */
function around(type: number, contents: Uint8Array): Uint8Array {
  const length = contents.length < 128 ? [contents.length] : [0x82, contents.length >> 8, contents.length & 0xff]
  if (length.length === 3 && contents.length < 256) length.splice(0, 3, 0x81, contents.length)
  return Uint8Array.from([...HEADER, type, ...length, ...contents])
}

const alone = (packet: StreamPacket): StreamPacket => ({ ...packet, ilpPacketType: 12, sequence: 1, prepareAmount: 0n })

export const frame: Target = {
  name: 'frame',
  about: 'a type and contents as one frame: read as that type, of the size foretold, stable once written',
  executions: 150_000,
  batch: 256,
  maxLength: 400,
  generate(random) {
    const written = encodePacket({
      ilpPacketType: 12,
      sequence: 1,
      prepareAmount: 0n,
      frames: [frameFrom(new InputReader(random.bytes(40)))],
    })
    // As the input of this target: the type, then the contents.
    const lengthBytes = (written[HEADER_SIZE + 1] ?? 0) < 128 ? 1 : 1 + ((written[HEADER_SIZE + 1] ?? 0) & 0x7f)
    return Uint8Array.from([written[HEADER_SIZE] ?? 0, ...written.subarray(HEADER_SIZE + 1 + lengthBytes)])
  },
  run(input) {
    const type = input[0] ?? 0
    const decoded = tryDecode(around(type, input.subarray(1)))
    const [read] = decoded?.frames ?? []
    if (decoded === undefined || read === undefined) return
    must(decoded.frames.length === 1, 'one frame is read as several')
    must((read.type === 'unknown' ? read.typeId : read.type) === type, `type ${type} is read as another one`)
    must(frameTypeName(type).length > 0, `type ${type} has no name`)
    const first = encodePacket(decoded)
    must(first.length === HEADER_SIZE + frameSize(read), 'the size that was foretold is not the size that was written')
    const again = tryDecode(first)
    must(again !== undefined && same(alone(again), alone(decoded)), 'what was written is read otherwise')
    must(sameBytes(encodePacket(again), first), 'a second writing differs from the first')
  },
}
