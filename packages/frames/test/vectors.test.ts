import { describe, expect, test } from 'vitest'
import { DecodeError, FrameType, decodePacket, encodePacket, packetSize, type Frame } from '../src/index.js'
import { decodeIlpPacket, encodeIlpPacket } from '../src/ilp/index.js'
import { ilpVectors, malformedVectors, packetVectors } from './vectors.js'

function fault(decode: () => unknown): DecodeError {
  try {
    decode()
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
  throw new Error('the bytes were accepted')
}

describe('STREAM packets', () => {
  // RFC 0029 5.1.4-2, 5.1.4-3, 5.2-5, 5.3-1
  test.each(packetVectors)('are read: $name', ({ bytes, packet }) => {
    expect(decodePacket(bytes)).toEqual(packet)
  })

  test.each(packetVectors.filter((vector) => !vector.decodeOnly))('are written: $name', ({ bytes, packet }) => {
    expect(encodePacket(packet)).toEqual(bytes)
    expect(packetSize(packet)).toBe(bytes.length)
  })

  // RFC 0029 5.1.4-1
  test.each(malformedVectors)('are refused: $name', ({ bytes, field, offset }) => {
    const { field: faultyField, offset: faultyOffset } = fault(() => decodePacket(bytes))
    expect({ field: faultyField, offset: faultyOffset }).toEqual({ field, offset })
  })

  test('of every frame type are among the vectors, both read and refused', () => {
    const types = new Set(packetVectors.flatMap(({ packet }) => packet.frames.map(({ type }: Frame) => type)))
    expect([...types].filter((type) => type !== 'unknown').sort((a, b) => a - b)).toEqual(Object.values(FrameType))
    const refused = new Set(malformedVectors.map(({ field }) => field.split('.')[0]))
    expect(Object.keys(FrameType).filter((name) => !refused.has(name))).toEqual([])
  })
})

describe('ILP packets', () => {
  const readable = ilpVectors.flatMap(({ prepare, reply, ...vector }) => {
    const packet = prepare ?? reply
    return packet === undefined ? [] : [{ ...vector, packet }]
  })

  test.each(readable)('are read: $name', ({ bytes, packet }) => {
    expect(decodeIlpPacket(bytes)).toEqual(packet)
  })

  test.each(readable.filter((vector) => !vector.decodeOnly))('are written: $name', ({ bytes, packet }) => {
    expect(encodeIlpPacket(packet)).toEqual(bytes)
  })

  test.each(ilpVectors.filter((vector) => vector.field !== undefined))('are refused: $name', (vector) => {
    const { field, offset } = fault(() => decodeIlpPacket(vector.bytes))
    expect({ field, offset }).toEqual({ field: vector.field, offset: vector.offset })
  })
})
