import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError, EncodeError, decodePacket, encodePacket, type Frame, type StreamPacket } from '../src/index.js'
import {
  decodeAmountTooLarge,
  decodeIlpPacket,
  decodeIlpPrepare,
  decodeIlpReply,
  encodeIlpPacket,
} from '../src/ilp/index.js'
import { atLeast, knownFrame, mutate, mutations, packetOf, unknownFrame } from './arbitraries.js'
import { expectSame } from './expect-same.js'
import { ilpPacket } from './ilp-arbitraries.js'
import { bytesOfHex, ilpVectors, packetVectors } from './vectors.js'

const RUNS = atLeast(5000)
const anyPacket = packetOf(fc.oneof({ weight: 5, arbitrary: knownFrame }, unknownFrame))
const noise = fc.uint8Array({ maxLength: 200 })
/** Noise that looks like a packet up to its frames, so that most of it reaches the frames. */
const noisyFrames = noise.map((bytes) => Uint8Array.from([1, 12, 1, 1, 1, 0, 1, 1 + (bytes.length >> 4), ...bytes]))

function decoded<P>(decode: (bytes: Uint8Array) => P, bytes: Uint8Array): P | undefined {
  try {
    return decode(bytes)
  } catch (error) {
    if (error instanceof DecodeError && error.offset >= 0 && error.offset <= bytes.length) return undefined
    throw error
  }
}

function views(frame: Frame): Uint8Array[] {
  return Object.values(frame).filter((value) => value instanceof Uint8Array)
}

/** A packet costs no more memory than its bytes justify: its frames have room in them, and their bytes are views. */
function expectModest(packet: StreamPacket, bytes: Uint8Array): void {
  const copied = packet.frames.flatMap(views).filter((view) => view.buffer !== bytes.buffer)
  expectSame({ copied, fits: packet.frames.length * 2 <= bytes.length }, { copied: [], fits: true })
}

describe('hostile bytes', () => {
  test.each([
    ['noise', noise],
    ['noise in frames', noisyFrames],
    [
      'broken packets',
      fc.tuple(anyPacket, mutations).map(([packet, changes]) => mutate(encodePacket(packet), changes)),
    ],
  ])(
    'that are %s give a modest packet or a DecodeError',
    (_, hostile) => {
      fc.assert(
        fc.property(hostile, (bytes) => {
          const packet = decoded(decodePacket, bytes)
          if (packet !== undefined) expectModest(packet, bytes)
        }),
        RUNS,
      )
    },
    120_000,
  )

  test('that give a packet give one that can be written again and reads the same', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          noisyFrames,
          fc.tuple(anyPacket, mutations).map(([p, m]) => mutate(encodePacket(p), m)),
        ),
        (bytes) => {
          const packet = decoded(decodePacket, bytes)
          if (packet !== undefined) expectSame(decodePacket(encodePacket(packet)), packet)
        },
      ),
      RUNS,
    )
  }, 120_000)

  test('never give an ILP packet more than its bytes, or anything but a DecodeError', () => {
    const broken = fc.tuple(ilpPacket, mutations).map(([packet, changes]) => mutate(encodeIlpPacket(packet), changes))
    fc.assert(
      fc.property(fc.oneof(broken, noise), (bytes) => {
        for (const decode of [decodeIlpPacket, decodeIlpPrepare, decodeIlpReply]) {
          const packet = decoded<object>(decode, bytes)
          if (packet === undefined) continue
          const held = Object.values(packet).filter((value): value is Uint8Array => value instanceof Uint8Array)
          expectSame(
            held.filter((view) => view.buffer !== bytes.buffer),
            [],
          )
        }
      }),
      RUNS,
    )
  }, 120_000)

  test.each(packetVectors.filter((vector) => !vector.decodeOnly))('cut anywhere are refused: $name', ({ bytes }) => {
    const ends = bytes.length > 1000 ? [0, 8, 9, 100, bytes.length - 1] : bytes.keys()
    for (const end of ends) expect(() => decodePacket(bytes.subarray(0, end))).toThrow(DecodeError)
  })

  test.each(ilpVectors.filter((vector) => vector.field === undefined && !vector.decodeOnly))(
    'cut anywhere are no ILP packet: $name',
    ({ bytes }) => {
      const ends = bytes.length > 1000 ? [0, 1, 60, bytes.length - 1] : bytes.keys()
      for (const end of ends) expect(() => decodeIlpPacket(bytes.subarray(0, end))).toThrow(DecodeError)
    },
  )

  test('that announce 2^40 frames are refused before a frame is read', () => {
    const bytes = bytesOfHex('01 0c 0101 0100 06010000000000 3f 00 ff{20}')
    expect(() => decodePacket(bytes)).toThrow(
      'Cannot decode numFrames at byte 6: 1099511627776 frames announced, at most 11 fit',
    )
  })

  test('in the data of an F08 give amounts or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
        expect(decodeAmountTooLarge(data) === undefined).toBe(data.length < 16)
      }),
    )
  })

  test('are found at their place in a larger buffer, and reading stops at their end', () => {
    fc.assert(
      fc.property(anyPacket, fc.nat(50), fc.nat(50), (packet, before, after) => {
        const bytes = encodePacket(packet)
        const larger = new Uint8Array(before + bytes.length + after).fill(0xff)
        larger.set(bytes, before)
        expect(decodePacket(larger.subarray(before, before + bytes.length))).toEqual(packet)
      }),
    )
  })
})

test('what the caller cannot mean is an EncodeError, whatever it is', () => {
  const anything = fc.anything({ withBigInt: true, withTypedArray: true })
  fc.assert(
    fc.property(knownFrame, fc.nat(5), anything, (frame, which, value) => {
      const key = Object.keys(frame)[which % Object.keys(frame).length] ?? ''
      const packet = { ilpPacketType: 12, sequence: 1, prepareAmount: 0n, frames: [{ ...frame, [key]: value }] }
      try {
        encodePacket(packet as StreamPacket)
      } catch (error) {
        expect(error).toBeInstanceOf(EncodeError)
      }
    }),
    RUNS,
  )
}, 120_000)
