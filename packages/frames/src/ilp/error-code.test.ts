import { expect, test } from 'vitest'
import { decodeAmountTooLarge, encodeAmountTooLarge } from './amount-too-large.js'
import { IlpErrorCode, errorClass, ilpErrorName } from './error-code.js'

test('a code belongs to the class of its first character, known or not', () => {
  expect(['F00', 'F08', 'F42'].map(errorClass)).toEqual(['final', 'final', 'final'])
  expect(['T04', 'T77'].map(errorClass)).toEqual(['temporary', 'temporary'])
  expect(['R00', 'R55'].map(errorClass)).toEqual(['relative', 'relative'])
  expect(['X00', 'f00', ''].map(errorClass)).toEqual(['unknown', 'unknown', 'unknown'])
})

test('a code has its name, and an unknown one itself', () => {
  for (const [name, code] of Object.entries(IlpErrorCode)) expect(ilpErrorName(code)).toBe(name)
  expect(ilpErrorName('F42')).toBe('F42')
})

test('the data of an F08 holds two amounts of eight bytes', () => {
  const amounts = { receivedAmount: 2n ** 64n - 1n, maximumAmount: 258n }
  const data = encodeAmountTooLarge(amounts)
  expect([...data]).toEqual([255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 1, 2])
  expect(decodeAmountTooLarge(data)).toEqual(amounts)
  expect(decodeAmountTooLarge(Uint8Array.from([...data, 9]))).toEqual(amounts)
  expect(decodeAmountTooLarge(data.subarray(0, 15))).toBeUndefined()
  expect(() => encodeAmountTooLarge({ receivedAmount: 1n, maximumAmount: -1n })).toThrow('Cannot encode maximumAmount')
})
