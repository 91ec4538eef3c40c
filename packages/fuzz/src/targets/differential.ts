// oxlint-disable no-underscore-dangle -- the predecessor's own names
import * as predecessor from 'predecessor/dist/src/packet.js'
import { DecodeError, decodePacket, encodePacket, type Frame } from '@stream/frames'
import { must } from '../fault.js'
import { packetFrom } from '../frame-grammar.js'
import { toHex } from '../hex.js'
import { InputReader } from '../input-reader.js'
import type { Target } from '../target.js'

/** Larger positions are saturated here, and kept there. */
const MAX_POSITION = BigInt(Number.MAX_SAFE_INTEGER)
const SATURATING = new Set(['maxOffset', 'maxStreamId'])
const TEXT_OR_BYTE = new Set([
  'errorMessage',
  'sourceAccount',
  'sourceAssetCode',
  'errorCode',
  'sourceAssetScale',
  'type',
])

const TOO_MANY_FRAMES = 'too many frames to count'

interface Packet {
  readonly ilpPacketType: unknown
  readonly sequence: unknown
  readonly prepareAmount: unknown
  readonly frames: readonly object[]
}

/** A packet as text, without what the two only represent differently. */
function described({ ilpPacketType, sequence, prepareAmount, frames }: Packet): string {
  const head = [ilpPacketType, sequence, prepareAmount].map(String).join(' ')
  return [head, ...frames.map(describedFrame)].join('\n')
}

function describedFrame(frame: object): string {
  const fields = Object.entries(frame).filter(([key]) => key !== 'name')
  return fields.map(([key, value]) => `${key}=${describedValue(key, value)}`).join(' ')
}

function describedValue(key: string, value: unknown): string {
  if (value instanceof Uint8Array) return toHex(value)
  if (TEXT_OR_BYTE.has(key)) return String(value)
  const whole = BigInt(String(value))
  return String(SATURATING.has(key) && whole > MAX_POSITION ? MAX_POSITION : whole)
}

/** What we refuse on purpose and the predecessor reads: each has a vector in `@stream/frames`. */
function strictOnPurpose(error: DecodeError): boolean {
  return error.field === 'ilpPacketType' || /2\^53|UTF-8|length prefix of [56] bytes/.test(error.message)
}

function ours(input: Uint8Array): string | DecodeError {
  try {
    const packet = decodePacket(input)
    const known = (frame: Frame): boolean => frame.type !== 'unknown'
    return described({ ...packet, frames: packet.frames.filter(known) })
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
}

/** `undefined`: refused. */
function theirs(input: Uint8Array): string | undefined {
  try {
    return described(predecessor.Packet._deserializeUnencrypted(Buffer.from(input)))
  } catch (error) {
    return /without sacrificing precision/.test(String(error)) ? TOO_MANY_FRAMES : undefined
  }
}

export const differential: Target = {
  name: 'differential',
  about: 'our codec and the one of ilp-protocol-stream 2.7 read the same packet, or both refuse it',
  executions: 100_000,
  batch: 256,
  maxLength: 400,
  generate: (random) => encodePacket(packetFrom(new InputReader(random.bytes(100)))),
  run(input) {
    const read = ours(input)
    if (read instanceof DecodeError && strictOnPurpose(read)) return
    const other = theirs(input)
    // A count of frames in more than six bytes is the one thing that only we read.
    if (other === TOO_MANY_FRAMES) return
    if (read instanceof DecodeError) must(other === undefined, `refused here (${read.message}), read there`)
    else must(read === other, `read otherwise:\n${read}\n${String(other)}`)
  },
}
