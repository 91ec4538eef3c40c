import { describe, expect, test } from 'vitest'
import { FrameType } from './frame-type.js'
import { frameSize } from './frame-codec.js'
import type { Frame, StreamPacket } from './frame.js'
import { EncodeError } from './errors.js'
import { MAX_UINT64 } from './oer/var-uint.js'
import {
  MAX_PLAINTEXT_BYTES,
  decodePacket,
  encodePacket,
  encodePacketInto,
  packetHeaderSize,
  packetSize,
} from './packet.js'

const money: Frame = { type: FrameType.StreamMoney, streamId: 1, shares: 5n }
const packet: StreamPacket = { ilpPacketType: 12, sequence: 1, prepareAmount: 0n, frames: [money] }
const packetBytes = [1, 12, 1, 1, 1, 0, 1, 1, 0x11, 4, 1, 1, 1, 5]

function withFrame(frame: object): StreamPacket {
  return { ...packet, frames: [frame as Frame] }
}

describe('sizes', () => {
  test('of header and frames add up to the size of the packet', () => {
    expect(packetHeaderSize(1, 0n, 1)).toBe(8)
    expect(frameSize(money)).toBe(6)
    expect(packetSize(packet)).toBe(14)
  })

  test('grow by a byte when the number of frames needs another one', () => {
    expect(packetHeaderSize(1, 0n, 255)).toBe(8)
    expect(packetHeaderSize(1, 0n, 256)).toBe(9)
    expect(packetHeaderSize(2 ** 53 - 1, MAX_UINT64, 256)).toBe(22)
  })

  test('count what UTF-8 needs', () => {
    const close = { type: FrameType.ConnectionClose, errorCode: 1, errorMessage: '' }
    expect(
      ['a', 'é', '€', '😀', '\ud83d', '\ude00', '\ud83da'].map((text) => frameSize({ ...close, errorMessage: text })),
    ).toEqual([1, 2, 3, 4, 3, 3, 4].map((size) => 4 + size))
  })
})

describe('padding', () => {
  // RFC 0029 5.2-5, 5.2-7
  test('fills with zero bytes up to the size asked for, and is ignored when read (A4)', () => {
    const padded = encodePacket(packet, { padTo: 20 })
    expect([...padded]).toEqual([...packetBytes, 0, 0, 0, 0, 0, 0])
    expect(decodePacket(padded)).toEqual(packet)
  })

  test('leaves a packet alone that is as large or larger', () => {
    expect([...encodePacket(packet, { padTo: 14 })]).toEqual(packetBytes)
    expect([...encodePacket(packet, { padTo: 3 })]).toEqual(packetBytes)
  })

  test('reaches the largest size that fits an ILP packet, and no further', () => {
    expect(encodePacket(packet, { padTo: MAX_PLAINTEXT_BYTES })).toHaveLength(32_739)
    for (const padTo of [32_740, -1, 1.5, NaN, '20' as unknown as number]) {
      expect(() => encodePacket(packet, { padTo })).toThrow('Cannot encode padTo: expected an integer from 0 to 32739')
    }
  })
})

test('bytes behind the fields of a frame, of a later version say, are ignored (A4)', () => {
  const longer = new Uint8Array([...packetBytes.slice(0, 9), 6, ...packetBytes.slice(10), 9, 9])
  expect(decodePacket(longer)).toEqual(packet)
})

describe('encodePacketInto', () => {
  test('writes from the offset on, returns the end and touches nothing else', () => {
    const buffer = new Uint8Array(20).fill(0xee)
    expect(encodePacketInto(packet, buffer, 3)).toBe(17)
    expect([...buffer]).toEqual([0xee, 0xee, 0xee, ...packetBytes, 0xee, 0xee, 0xee])
  })

  test('starts at 0 by itself, and pads over what was there', () => {
    const buffer = new Uint8Array(20).fill(0xee)
    expect(encodePacketInto(packet, buffer, undefined, { padTo: 16 })).toBe(16)
    expect([...buffer]).toEqual([...packetBytes, 0, 0, 0xee, 0xee, 0xee, 0xee])
    expect(encodePacketInto(packet, buffer, 2, { padTo: 16 })).toBe(18)
    expect([...buffer.subarray(16)]).toEqual([0, 0, 0xee, 0xee])
  })

  test.each([1, 400, 490, 500, 512, 600, 16_384])('gives the same as fresh bytes with %s bytes of data', (length) => {
    const data = Uint8Array.from({ length }, (_, i) => i % 251)
    const large = withFrame({ type: FrameType.StreamData, streamId: 1, offset: 7, data })
    const buffer = new Uint8Array(20_000)
    expect(encodePacket(large)).toEqual(buffer.subarray(0, encodePacketInto(large, buffer)))
    expect(decodePacket(encodePacket(large))).toEqual(large)
  })

  test('says how much room it needs when there is too little, whichever frame does not fit', () => {
    const large = withFrame({ type: FrameType.StreamData, streamId: 1, offset: 0, data: new Uint8Array(300) })
    const close = withFrame({ type: FrameType.ConnectionClose, errorCode: 1, errorMessage: 'é'.repeat(20) })
    expect(() => encodePacketInto(packet, new Uint8Array(13))).toThrow('expected room for 14 bytes, got 13 bytes')
    expect(() => encodePacketInto(packet, new Uint8Array(14), 1)).toThrow('expected room for 15 bytes')
    expect(() => encodePacketInto(packet, new Uint8Array(15), 0, { padTo: 16 })).toThrow('expected room for 16 bytes')
    expect(() => encodePacketInto(large, new Uint8Array(100))).toThrow(`expected room for ${packetSize(large)} bytes`)
    expect(() => encodePacketInto(close, new Uint8Array(20))).toThrow(`expected room for ${packetSize(close)} bytes`)
  })

  test('refuses an offset that is no position', () => {
    for (const offset of [-1, 0.5, NaN]) {
      expect(() => encodePacketInto(packet, new Uint8Array(20), offset)).toThrow('Cannot encode offset')
    }
  })
})

describe('a value without an encoding is refused by name', () => {
  test.each([
    ['sequence', { ...packet, sequence: -1 }, 'expected an integer from 0 to 2^53 - 1, got -1'],
    ['sequence', { ...packet, sequence: 1.5 }, 'got 1.5'],
    ['sequence', { ...packet, sequence: 2 ** 53 }, 'got 9007199254740992'],
    ['sequence', { ...packet, sequence: NaN }, 'got NaN'],
    ['sequence', { ...packet, sequence: Infinity }, 'got Infinity'],
    ['sequence', { ...packet, sequence: 5n }, 'got 5n'],
    ['prepareAmount', { ...packet, prepareAmount: -1n }, 'expected a bigint from 0 to 2^64 - 1, got -1n'],
    ['prepareAmount', { ...packet, prepareAmount: 2n ** 64n }, 'got 18446744073709551616n'],
    ['prepareAmount', { ...packet, prepareAmount: 5 }, 'got 5'],
    ['prepareAmount', { ...packet, prepareAmount: '5' }, 'got a string of 1 characters'],
    ['prepareAmount', { ...packet, prepareAmount: undefined }, 'got undefined'],
    ['prepareAmount', { ...packet, prepareAmount: true }, 'got true'],
    ['prepareAmount', { ...packet, prepareAmount: () => 5n }, 'got a function'],
    ['ilpPacketType', { ...packet, ilpPacketType: 11 }, 'expected 12, 13 or 14, got 11'],
    ['StreamMoney.shares', withFrame({ ...money, shares: -5n }), 'got -5n'],
    ['StreamMoney.streamId', withFrame({ ...money, streamId: null }), 'got null'],
    ['frame.type', withFrame({ type: 0x3f }), "expected a FrameType or 'unknown', got 63"],
    ['frame.type', withFrame({ type: 'StreamMoney' }), 'got a string of 11 characters'],
    [
      'frame.typeId',
      withFrame({ type: 'unknown', typeId: 0x11, contents: new Uint8Array() }),
      'a type that no known frame has',
    ],
    [
      'frame.typeId',
      withFrame({ type: 'unknown', typeId: 256, contents: new Uint8Array() }),
      'an integer from 0 to 255',
    ],
    ['frame.contents', withFrame({ type: 'unknown', typeId: 0x3f, contents: 'ab' }), 'expected a Uint8Array'],
    ['ConnectionClose.errorCode', withFrame({ type: 1, errorCode: 256, errorMessage: '' }), 'from 0 to 255, got 256'],
    ['ConnectionClose.errorMessage', withFrame({ type: 1, errorCode: 1 }), 'expected a string, got undefined'],
    ['ConnectionMaxData.maxOffset', withFrame({ type: 3, maxOffset: -1 }), 'got -1'],
    [
      'StreamData.data',
      withFrame({ type: 0x14, streamId: 1, offset: 0, data: [1, 2] }),
      'expected a Uint8Array, got an object',
    ],
    ['StreamReceipt.receipt', withFrame({ type: 0x17, streamId: 1, receipt: null }), 'expected a Uint8Array, got null'],
  ])('%s: %#', (field, faulty, reason) => {
    const encode = (): unknown => encodePacket(faulty as unknown as StreamPacket)
    expect(encode).toThrow(EncodeError)
    expect(encode).toThrow(`Cannot encode ${field}: expected `)
    expect(encode).toThrow(reason)
  })

  test('and the message shows neither text nor bytes, which may be secret', () => {
    const secret = withFrame({ type: 0x14, streamId: 1, offset: 0, data: 'my secret' })
    expect(() => encodePacket(secret)).toThrow(/got a string of 9 characters$/)
    expect(new EncodeError('field', new Uint8Array(32), 'less').message).toBe(
      'Cannot encode field: expected less, got 32 bytes',
    )
  })

  test('and is named in the error for programs too', () => {
    const error = new EncodeError('field', 1, 'more')
    expect({ name: error.name, field: error.field, expected: error.expected }).toEqual({
      name: 'EncodeError',
      field: 'field',
      expected: 'more',
    })
  })
})

test('data, receipts and unknown contents are views of what was decoded', () => {
  const bytes = encodePacket({
    ...packet,
    frames: [
      { type: FrameType.StreamData, streamId: 1, offset: 0, data: new Uint8Array([1, 2, 3]) },
      { type: FrameType.StreamReceipt, streamId: 1, receipt: new Uint8Array([4, 5]) },
      { type: 'unknown', typeId: 0x3f, contents: new Uint8Array([6]) },
    ],
  })
  const held = decodePacket(bytes).frames.flatMap((frame) =>
    Object.values(frame).filter((value) => value instanceof Uint8Array),
  )
  expect(held.map((view) => [...view])).toEqual([[1, 2, 3], [4, 5], [6]])
  expect(held.every((view) => view.buffer === bytes.buffer)).toBe(true)
})

test('an unpaired surrogate in a message is written as U+FFFD', () => {
  const close = withFrame({ type: FrameType.ConnectionClose, errorCode: 9, errorMessage: 'a\ud83d!' })
  const [read] = decodePacket(encodePacket(close)).frames
  expect(read).toMatchObject({ errorMessage: 'a\ufffd!' })
})
