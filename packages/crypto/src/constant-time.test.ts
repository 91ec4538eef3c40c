import fc from 'fast-check'
import { expect, it } from 'vitest'
import { flipBit } from '../test/bytes.js'
import { constantTimeEqual } from './constant-time.js'

it('equal bytes are equal wherever they lie', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const elsewhere = new Uint8Array([9, ...bytes]).subarray(1)
      expect(constantTimeEqual(bytes, elsewhere)).toBe(true)
    }),
  )
})

it('bytes that differ in one bit anywhere are not equal (E10)', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.nat(7), (bytes, position, bit) => {
      const other = flipBit(bytes, 8 * (position % bytes.length) + bit)
      expect(constantTimeEqual(bytes, other)).toBe(false)
    }),
  )
})

it('a prefix is not equal to the whole', () => {
  expect(constantTimeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false)
  expect(constantTimeEqual(Uint8Array.of(1, 2, 0), Uint8Array.of(1, 2))).toBe(false)
  expect(constantTimeEqual(new Uint8Array(0), Uint8Array.of(0))).toBe(false)
})
