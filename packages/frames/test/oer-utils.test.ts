import fc from 'fast-check'
import { Reader as LibraryReader, Writer as LibraryWriter } from 'oer-utils'
import { describe, expect, test } from 'vitest'
import { Reader, Writer, lengthPrefixSize, varOctetsSize, varUintNumberSize, varUintSize } from '../src/oer/index.js'
import { expectSame } from './expect-same.js'
import { amount, atLeast, bytes, position, text, uint8 } from './arbitraries.js'

const RUNS = atLeast(2000)

function written(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer(new Uint8Array(70_000))
  write(writer)
  return writer.bytes.subarray(0, writer.finish())
}

function libraryWritten(write: (writer: LibraryWriter) => void): Uint8Array {
  const writer = new LibraryWriter()
  write(writer)
  return Uint8Array.from(writer.getBuffer())
}

describe('against oer-utils', () => {
  test('a VarUInt is the same, as a bigint and as a number', () => {
    fc.assert(
      fc.property(amount, (value) => {
        const encoded = libraryWritten((writer) => writer.writeVarUInt(String(value)))
        expectSame(
          written((writer) => writer.writeVarUint(value, 'value')),
          encoded,
        )
        expect(varUintSize(value)).toBe(encoded.length)
        expect(new Reader(encoded).readVarUint('value')).toBe(value)
        expect(new Reader(encoded).readSaturatingVarUint('value')).toBe(value)
      }),
      RUNS,
    )
    fc.assert(
      fc.property(position, (value) => {
        const encoded = libraryWritten((writer) => writer.writeVarUInt(String(value)))
        expectSame(
          written((writer) => writer.writeVarUintNumber(value, 'value')),
          encoded,
        )
        expect(varUintNumberSize(value)).toBe(encoded.length)
        expect(new Reader(encoded).readVarUintNumber('value')).toBe(value)
        expect(new Reader(encoded).readSaturatingVarUintNumber('value')).toBe(value)
      }),
      RUNS,
    )
  }, 60_000)

  test('fixed integers are the same', () => {
    fc.assert(
      fc.property(amount, uint8, (long, short) => {
        const encoded = libraryWritten((writer) => {
          writer.writeUInt64(String(long))
          writer.writeUInt8(short)
        })
        expect(
          written((writer) => {
            writer.writeUint64(long, 'long')
            writer.writeUint8(short, 'short')
          }),
        ).toEqual(encoded)
        const reader = new Reader(encoded)
        expect([reader.readUint64('long'), reader.readUint8('short'), reader.position]).toEqual([long, short, 9])
      }),
      RUNS,
    )
  }, 60_000)

  test('an octet string is the same, at every size of its length', () => {
    const sizes = fc.constantFrom(0, 1, 127, 128, 255, 256, 65_535, 65_536)
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          sizes.map((size) => new Uint8Array(size).fill(7)),
        ),
        (value) => {
          const encoded = libraryWritten((writer) => writer.writeVarOctetString(Buffer.from(value)))
          expect(Buffer.from(written((writer) => writer.writeVarOctets(value, 'value'))).equals(encoded)).toBe(true)
          expect(varOctetsSize(value.length)).toBe(encoded.length)
          expect(lengthPrefixSize(value.length)).toBe(encoded.length - value.length)
          expect(Buffer.from(new Reader(encoded).readVarOctets('value')).equals(value)).toBe(true)
        },
      ),
    )
  })

  test('text is the same', () => {
    fc.assert(
      fc.property(text, (value) => {
        const encoded = libraryWritten((writer) => writer.writeVarOctetString(Buffer.from(value)))
        expectSame(
          written((writer) => writer.writeVarUtf8(value, 'value')),
          encoded,
        )
        expect(new Reader(encoded).readVarUtf8('value')).toBe(
          LibraryReader.from(Buffer.from(encoded)).readVarOctetString().toString(),
        )
      }),
      RUNS,
    )
  }, 60_000)
})
