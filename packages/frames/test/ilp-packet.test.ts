import fc from 'fast-check'
import * as ilpPacketLibrary from 'ilp-packet'
import { describe, expect, test } from 'vitest'
import {
  DecodeError,
  IlpErrorCode,
  decodeIlpPacket,
  encodeIlpPacket,
  isValidIlpAddress,
  type IlpPacket,
} from '../src/ilp/index.js'
import { atLeast, mutate, mutations } from './arbitraries.js'
import { expectSame } from './expect-same.js'
import { address, ilpPacket } from './ilp-arbitraries.js'
import { outcome } from './outcome.js'
import { ilpVectors } from './vectors.js'

const RUNS = atLeast(5000)

function libraryEncodes(packet: IlpPacket): Uint8Array {
  return Uint8Array.from(libraryBuffer(packet))
}

function libraryBuffer(packet: IlpPacket): Buffer {
  const data = Buffer.from(packet.data)
  if (!('type' in packet)) {
    return ilpPacketLibrary.serializeIlpPrepare({
      amount: String(packet.amount),
      destination: packet.destination,
      executionCondition: Buffer.from(packet.executionCondition),
      expiresAt: new Date(packet.expiresAt),
      data,
    })
  }
  return packet.type === 'fulfill'
    ? ilpPacketLibrary.serializeIlpFulfill({ fulfillment: Buffer.from(packet.fulfillment), data })
    : ilpPacketLibrary.serializeIlpReject({ ...packet, data })
}

function libraryDecodes(bytes: Uint8Array): unknown {
  const { type, data } = ilpPacketLibrary.deserializeIlpPacket(Buffer.from(bytes))
  if ('expiresAt' in data) {
    return {
      ...data,
      amount: BigInt(data.amount),
      expiresAt: data.expiresAt.getTime(),
      executionCondition: Uint8Array.from(data.executionCondition),
      data: Uint8Array.from(data.data),
    }
  }
  if ('fulfillment' in data) {
    return { type: 'fulfill', fulfillment: Uint8Array.from(data.fulfillment), data: Uint8Array.from(data.data) }
  }
  expect(type).toBe(ilpPacketLibrary.Type.TYPE_ILP_REJECT)
  return { type: 'reject', ...data, data: Uint8Array.from(data.data) }
}

describe('against ilp-packet', () => {
  test('every packet is written with the same bytes', () => {
    fc.assert(
      fc.property(ilpPacket, (packet) => {
        expectSame(encodeIlpPacket(packet), libraryEncodes(packet))
      }),
      RUNS,
    )
  }, 120_000)

  test('each reads what the other writes', () => {
    fc.assert(
      fc.property(ilpPacket, (packet) => {
        expectSame(decodeIlpPacket(libraryEncodes(packet)), packet)
        expectSame(libraryDecodes(encodeIlpPacket(packet)), packet)
      }),
      RUNS,
    )
  }, 120_000)

  test('a broken packet is read alike, or refused by both, or refused by us for a reason with a vector', () => {
    fc.assert(
      fc.property(ilpPacket, mutations, (packet, changes) => {
        const bytes = mutate(encodeIlpPacket(packet), changes)
        const ours = outcome(() => decodeIlpPacket(bytes))
        if ('refused' in ours ? strictOnPurpose(ours.refused) : readOtherwise(ours.packet as IlpPacket)) return
        const theirs = outcome(() => libraryDecodes(bytes))
        if ('refused' in ours) expect(theirs).toHaveProperty('refused')
        else expectSame(ours, theirs)
      }),
      RUNS,
    )
  }, 120_000)

  test.each(ilpVectors)('vector: $name', ({ bytes, prepare, reply, ilpPacket: library }) => {
    const packet = prepare ?? reply
    if (packet !== undefined) expect(libraryDecodes(bytes)).toEqual(packet)
    else expect(outcome(() => libraryDecodes(bytes))).toHaveProperty(library === 'accepts' ? 'packet' : 'refused')
  })

  test('the same strings are addresses', () => {
    const nearly = fc.oneof(
      address,
      fc.string(),
      fc.tuple(address, fc.string()).map(([start, end]) => start + end),
    )
    fc.assert(
      fc.property(nearly, (value) => {
        expect(isValidIlpAddress(value)).toBe(ilpPacketLibrary.isValidIlpAddress(value))
      }),
      RUNS,
    )
  }, 120_000)

  test('the same error codes have names', () => {
    const codes = Object.values(IlpErrorCode)
    expect([...codes].sort()).toEqual(Object.values(ilpPacketLibrary.Errors.codes).sort())
  })
})

/** Dates that ilp-packet takes for one of the 20th century, and the epoch itself, which it refuses. */
function readOtherwise(packet: IlpPacket): boolean {
  return !('type' in packet) && (packet.expiresAt < Date.UTC(1000, 0) || packet.expiresAt === 0)
}

/** Dates that do not exist, codes and addresses that are not ASCII, data beyond the limit, needlessly long lengths. */
function strictOnPurpose(error: unknown): boolean {
  if (!(error instanceof DecodeError)) throw error
  return (
    error.message.includes('no date') ||
    error.message.includes('not three ASCII') ||
    error.message.includes('not an ILP address') ||
    /length prefix of [56] bytes/.test(error.message)
  )
}
