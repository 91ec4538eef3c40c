import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError, decodePacket, encodePacket } from '../src/index.js'
import { atLeast, knownFrame, mutate, mutations, packetOf, unknownFrame } from './arbitraries.js'
import { expectSame } from './expect-same.js'
import { outcome } from './outcome.js'
import { comparable, predecessorDecodes, predecessorEncodes } from './predecessor.js'
import { malformedVectors, packetVectors } from './vectors.js'

const RUNS = atLeast(10_000)

/** What we refuse and the predecessor reads; each has a vector. */
function strictOnPurpose(error: unknown): boolean {
  if (!(error instanceof DecodeError)) return false
  return error.field === 'ilpPacketType' || /2\^53|UTF-8|length prefix of [56] bytes/.test(error.message)
}

describe("against the published predecessor's codec", () => {
  test('every packet is written with the same bytes', () => {
    fc.assert(
      fc.property(packetOf(knownFrame), (packet) => {
        expectSame(encodePacket(packet), predecessorEncodes(packet))
      }),
      RUNS,
    )
  }, 120_000)

  test('each reads what the other writes', () => {
    fc.assert(
      fc.property(packetOf(knownFrame), (packet) => {
        expectSame(decodePacket(predecessorEncodes(packet)), packet)
        expectSame(predecessorDecodes(encodePacket(packet)), comparable(packet))
      }),
      RUNS,
    )
  }, 120_000)

  test('a broken packet is read alike or refused by both', () => {
    const anyFrame = fc.oneof({ weight: 5, arbitrary: knownFrame }, unknownFrame)
    fc.assert(
      fc.property(packetOf(anyFrame), mutations, (packet, changes) => {
        const bytes = mutate(encodePacket(packet), changes)
        const ours = outcome(() => comparable(decodePacket(bytes)))
        if ('refused' in ours && strictOnPurpose(ours.refused)) return
        const theirs = outcome(() => predecessorDecodes(bytes))
        // A count of frames in more than six bytes is the one thing that only we read.
        if ('refused' in theirs && /without sacrificing precision/.test(String(theirs.refused))) return
        if ('refused' in theirs) expect(ours).toHaveProperty('refused')
        else expectSame(ours, theirs)
      }),
      RUNS,
    )
  }, 120_000)

  test.each(packetVectors)('vector: $name', ({ bytes, packet, decodeOnly, predecessor }) => {
    if (predecessor === 'refuses') {
      expect(outcome(() => predecessorDecodes(bytes))).toHaveProperty('refused')
      return
    }
    expect(predecessorDecodes(bytes)).toEqual(comparable(packet))
    if (!decodeOnly && packet.frames.every((frame) => frame.type !== 'unknown')) {
      expect(predecessorEncodes(packet)).toEqual(bytes)
    }
  })

  test.each(malformedVectors)('malformed vector: $name', ({ bytes, predecessor }) => {
    expect(outcome(() => predecessorDecodes(bytes))).toHaveProperty(predecessor === 'accepts' ? 'packet' : 'refused')
  })
})
