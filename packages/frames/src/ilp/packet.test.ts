import { describe, expect, test } from 'vitest'
import { DecodeError, EncodeError } from '../errors.js'
import {
  decodeIlpPacket,
  decodeIlpPrepare,
  decodeIlpReply,
  encodeIlpPacket,
  encodeIlpPrepare,
  encodeIlpReply,
  type IlpFulfill,
  type IlpPacket,
  type IlpPrepare,
  type IlpReject,
} from './packet.js'

const prepare: IlpPrepare = {
  amount: 123_456_789_012n,
  destination: 'test.localnet.bob',
  executionCondition: new Uint8Array(32).fill(1),
  expiresAt: 1_700_000_000_123,
  data: new Uint8Array(200).fill(2),
}
const fulfill: IlpFulfill = { type: 'fulfill', fulfillment: new Uint8Array(32).fill(1), data: new Uint8Array(3) }
const reject: IlpReject = {
  type: 'reject',
  code: 'F99',
  triggeredBy: 'test.connector',
  message: 'né',
  data: new Uint8Array(140),
}

test('every packet comes back as it was', () => {
  expect(decodeIlpPrepare(encodeIlpPrepare(prepare))).toEqual(prepare)
  expect(decodeIlpReply(encodeIlpReply(fulfill))).toEqual(fulfill)
  expect(decodeIlpReply(encodeIlpReply(reject))).toEqual(reject)
  for (const packet of [prepare, fulfill, reject]) expect(decodeIlpPacket(encodeIlpPacket(packet))).toEqual(packet)
})

test('a Reject may come from nobody', () => {
  expect(decodeIlpReply(encodeIlpReply({ ...reject, triggeredBy: '' }))).toEqual({ ...reject, triggeredBy: '' })
})

test('a fraction of a millisecond is cut off, so that nothing lasts longer than asked for', () => {
  expect(decodeIlpPrepare(encodeIlpPrepare({ ...prepare, expiresAt: 1_000.9 })).expiresAt).toBe(1_000)
  expect(decodeIlpPrepare(encodeIlpPrepare({ ...prepare, expiresAt: -0.5 })).expiresAt).toBe(-1)
})

test('a Prepare is no reply and a reply is no Prepare', () => {
  expect(() => decodeIlpReply(encodeIlpPrepare(prepare))).toThrow(DecodeError)
  expect(() => decodeIlpReply(encodeIlpPrepare(prepare))).toThrow('neither a Fulfill nor a Reject')
  expect(() => decodeIlpPrepare(encodeIlpReply(fulfill))).toThrow('Cannot decode type at byte 0: not a Prepare')
})

describe('a value without an encoding is refused by name', () => {
  test.each<[string, object, string]>([
    ['amount', { ...prepare, amount: 2n ** 64n }, 'a bigint from 0 to 2^64 - 1'],
    ['amount', { ...prepare, amount: 5 }, 'got 5'],
    ['destination', { ...prepare, destination: 'test' }, 'an ILP address'],
    ['destination', { ...prepare, destination: '' }, 'an ILP address'],
    ['executionCondition', { ...prepare, executionCondition: new Uint8Array(31) }, 'expected 32 bytes, got 31 bytes'],
    ['executionCondition', { ...prepare, executionCondition: 'x'.repeat(32) }, 'expected 32 bytes'],
    ['expiresAt', { ...prepare, expiresAt: NaN }, 'got NaN'],
    ['expiresAt', { ...prepare, expiresAt: 253_402_300_800_000 }, 'in the years 0 to 9999'],
    ['expiresAt', { ...prepare, expiresAt: -62_167_219_200_001 }, 'in the years 0 to 9999'],
    ['expiresAt', { ...prepare, expiresAt: { valueOf: () => 5 } }, 'got an object'],
    ['data', { ...prepare, data: undefined }, 'a Uint8Array, got undefined'],
    ['fulfillment', { ...fulfill, fulfillment: new Uint8Array(33) }, 'expected 32 bytes, got 33 bytes'],
    ['data', { ...fulfill, data: 'ab' }, 'a Uint8Array'],
    ['code', { ...reject, code: 'F9' }, 'three ASCII characters'],
    ['code', { ...reject, code: 'F9é' }, 'three ASCII characters'],
    ['code', { ...reject, code: 199 }, 'three ASCII characters, got 199'],
    ['triggeredBy', { ...reject, triggeredBy: 'nobody' }, 'an ILP address or the empty string'],
    ['message', { ...reject, message: undefined }, 'a string'],
    ['type', { ...reject, type: 'Reject' }, "'fulfill' or 'reject'"],
  ])('%s: %#', (field, faulty, reason) => {
    const encode = (): unknown => encodeIlpPacket(faulty as IlpPacket)
    expect(encode).toThrow(EncodeError)
    expect(encode).toThrow(`Cannot encode ${field}: expected `)
    expect(encode).toThrow(reason)
  })
})

test('an address in a fault is not shown, because its end may be a credential', () => {
  expect(() => encodeIlpPrepare({ ...prepare, destination: 'test.bob.secret token' })).toThrow(/^(?!.*secret)/)
})
