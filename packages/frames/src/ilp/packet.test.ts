import { describe, expect, test } from 'vitest'
import { DecodeError, EncodeError } from '../errors.js'
import {
  decodeIlpPacket,
  decodeIlpPrepare,
  decodeIlpReply,
  encodeIlpPacket,
  encodeIlpPrepare,
  encodeIlpPrepareInFront,
  encodeIlpReply,
  encodeIlpReplyInto,
  ilpPrepareHeaderSize,
  ilpReplySize,
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

test('a Prepare is built around its data where there is room in front of it', () => {
  for (const length of [0, 1, 60, 127, 128, 255, 256, 32_767]) {
    const headerSize = ilpPrepareHeaderSize(prepare.destination, length)
    const buffer = new Uint8Array(10 + headerSize + length + 10).fill(7)
    const data = buffer.subarray(10 + headerSize, 10 + headerSize + length).fill(2)
    const bytes = encodeIlpPrepareInFront({ ...prepare, data })
    expect(bytes).toEqual(encodeIlpPrepare({ ...prepare, data }))
    expect(bytes.buffer).toBe(buffer.buffer)
    expect([...buffer.subarray(0, 10), ...buffer.subarray(-10)]).toEqual(Array(20).fill(7))
  }
})

test('that Prepare is a view of the kind asked for', () => {
  const headerSize = ilpPrepareHeaderSize(prepare.destination, 5)
  const data = new Uint8Array(headerSize + 5).subarray(headerSize)
  const bytes = encodeIlpPrepareInFront({ ...prepare, data }, (buffer, start, length) =>
    Buffer.from(buffer, start, length),
  )
  expect(Buffer.isBuffer(bytes)).toBe(true)
  expect(Uint8Array.from(bytes)).toEqual(encodeIlpPrepare({ ...prepare, data }))
})

test('addresses are told apart, however much of one is the other', () => {
  const addresses = ['test.a.bc', 'test.a.bd', 'test.a.b', 'test.a.bc.d', 'test.a.bc']
  for (const destination of addresses) {
    expect(decodeIlpPrepare(encodeIlpPrepare({ ...prepare, destination })).destination).toBe(destination)
  }
})

test('an address that comes again, and a second that does, are written and read as the first time', () => {
  const times = [1_700_000_000_123, 1_700_000_000_999, 1_700_000_001_000, 1_699_999_999_000]
  for (const destination of ['test.a.bc', 'test.a.bc', 'test.a.bc', 'test.a.bd', 'test.a.bd', 'test.a.bc']) {
    for (const expiresAt of times) {
      const packet = { ...prepare, destination, expiresAt }
      const bytes = encodeIlpPrepare(packet)
      expect(Buffer.from(bytes).includes(destination)).toBe(true)
      expect(decodeIlpPrepare(Buffer.from(bytes))).toMatchObject({ destination, expiresAt })
      expect(encodeIlpPrepare(packet)).toEqual(bytes)
    }
  }
})

test('without that room it is refused', () => {
  const headerSize = ilpPrepareHeaderSize(prepare.destination, 5)
  const data = new Uint8Array(headerSize + 4).subarray(headerSize - 1)
  expect(() => encodeIlpPrepareInFront({ ...prepare, data })).toThrow(`${headerSize} bytes in front of it`)
})

test.each([fulfill, reject])('a reply goes into a buffer at any place that has room: %#', (reply) => {
  const bytes = encodeIlpReply(reply)
  expect(ilpReplySize(reply)).toBe(bytes.length)
  const buffer = new Uint8Array(bytes.length + 6).fill(7)
  expect(encodeIlpReplyInto(reply, buffer, 3)).toBe(bytes.length + 3)
  expect([...buffer]).toEqual([7, 7, 7, ...bytes, 7, 7, 7])
  expect(() => encodeIlpReplyInto(reply, buffer.subarray(0, bytes.length - 1))).toThrow('Cannot encode buffer')
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
