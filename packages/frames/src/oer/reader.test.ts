import { describe, expect, test } from 'vitest'
import { DecodeError, EncodeError } from '../errors.js'
import { Reader } from './reader.js'
import { readStrictUtf8, utf8Size } from './utf8.js'
import { Writer } from './writer.js'

describe('Reader', () => {
  test('reads only what lies between its position and its end', () => {
    const reader = new Reader(Uint8Array.from([9, 1, 7, 9]), 1, 3)
    expect(reader.readVarUintNumber('value')).toBe(7)
    expect(() => reader.readUint8('value')).toThrow('Cannot decode value at byte 3: 1 bytes needed, 0 left')
  })

  test('reads octets as a view of the input', () => {
    const bytes = Uint8Array.from([1, 2, 3, 4])
    const reader = new Reader(bytes, 1)
    const octets = reader.readOctets(2, 'octets')
    expect([[...octets], octets.buffer === bytes.buffer, reader.position]).toEqual([[2, 3], true, 3])
    expect(() => reader.readOctets(2, 'octets')).toThrow(DecodeError)
  })

  test('reads a VarUInt of every size as it is', () => {
    for (let size = 1; size <= 8; size++) {
      const bytes = Uint8Array.from([size, ...Array.from({ length: size }, (_, i) => 0x81 + i)])
      const value = BigInt(`0x${Buffer.from(bytes.subarray(1)).toString('hex')}`)
      expect(new Reader(bytes).readVarUint('value')).toBe(value)
      expect(new Reader(bytes).readSaturatingVarUintNumber('value')).toBe(
        size < 7 ? Number(value) : Number.MAX_SAFE_INTEGER,
      )
    }
  })

  test('names the field, the place and the reason', () => {
    const error = new DecodeError('sequence', 2, 'too short')
    expect([error.name, error.field, error.offset, error.message]).toEqual([
      'DecodeError',
      'sequence',
      2,
      'Cannot decode sequence at byte 2: too short',
    ])
  })
})

describe('Writer', () => {
  test('drops what does not fit and then says how much room was needed', () => {
    const writer = new Writer(new Uint8Array(3))
    writer.writeUint64(1n, 'long')
    writer.writeOctets(new Uint8Array(2), 'octets')
    writer.writeVarAscii('abc')
    writer.writeVarUtf8('é', 'text')
    expect(writer.position).toBe(17)
    expect(() => writer.finish()).toThrow('Cannot encode buffer: expected room for 17 bytes, got 3 bytes')
    expect(() => writer.finish()).toThrow(EncodeError)
  })
})

test('strict UTF-8 is read or refused, a byte order mark included', () => {
  expect(readStrictUtf8(new Uint8Array())).toBe('')
  expect(readStrictUtf8(Uint8Array.from([0xef, 0xbb, 0xbf, 0x61]))).toBe('\ufeffa')
  expect(readStrictUtf8(Uint8Array.from([0xc3]))).toBeUndefined()
  expect(utf8Size('aé€😀')).toBe(10)
})
