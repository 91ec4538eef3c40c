import fc from 'fast-check'
import { expect, test } from 'vitest'
import { convertFloor, decimalRatio, unitRate } from './exchange.js'

const equal = (a: { numerator: bigint; denominator: bigint }, numerator: bigint, denominator: bigint): boolean =>
  a.numerator * denominator === numerator * a.denominator

test.each([
  ['0.1', 1n, 10n],
  ['1', 1n, 1n],
  [0.25, 1n, 4n],
  [1e-7, 1n, 10_000_000n],
  ['1.5e3', 1500n, 1n],
  [1e21, 10n ** 21n, 1n],
  ['0', 0n, 1n],
] as const)('%j is exactly %s/%s', (value, numerator, denominator) => {
  expect(equal(decimalRatio(value), numerator, denominator)).toBe(true)
})

test.each(['', '-1', 'abc', '1,5', '1.', 'Infinity', Number.NaN])('%j is no ratio', (value) => {
  expect(() => decimalRatio(value, 'fee')).toThrow('fee is')
})

const USD2 = { code: 'USD', scale: 2 }
const XRP9 = { code: 'XRP', scale: 9 }
const NO_FEE = decimalRatio(0)

test('scales are bridged: one dollar at scale 2 for two XRP at scale 9', () => {
  expect(convertFloor(100n, unitRate(USD2, XRP9, decimalRatio(2), NO_FEE))).toBe(2_000_000_000n)
  expect(convertFloor(2_000_000_000n, unitRate(XRP9, USD2, decimalRatio('0.5'), NO_FEE))).toBe(100n)
})

test('the fee is kept from what leaves', () => {
  expect(convertFloor(1000n, unitRate(XRP9, XRP9, decimalRatio(1), decimalRatio('0.003')))).toBe(997n)
})

test('what leaves is rounded down, never up', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.bigInt({ min: 0n, max: 10n ** 9n }),
      fc.bigInt({ min: 1n, max: 10n ** 9n }),
      (amount, numerator, denominator) => {
        const out = convertFloor(amount, { numerator, denominator })
        expect(out * denominator <= amount * numerator && (out + 1n) * denominator > amount * numerator).toBe(true)
      },
    ),
  )
})
