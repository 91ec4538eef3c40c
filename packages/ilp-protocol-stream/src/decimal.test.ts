import { BigNumber } from 'bignumber.js'
import { expect, test } from 'vitest'
import { formatRatio, parseDecimal } from './decimal.js'

test.each([
  [0.1, '0.1'],
  [1e-10, '0.0000000001'],
  ['0.495', '0.495'],
  [new BigNumber('1.5'), '1.5'],
  [2, '2'],
  [2n, '2'],
  [0, '0'],
  [1e21, '1000000000000000000000'],
])('%s is read exactly and written as %s', (value, written) => {
  expect(formatRatio(parseDecimal(value, 'rate'))).toBe(written)
})

test('a tenth is one tenth, not what a float makes of it', () => {
  expect(parseDecimal(0.1, 'rate')).toEqual({ numerator: 1n, denominator: 10n })
})

test('a ratio without a finite decimal form is rounded to 19 decimals', () => {
  expect(formatRatio({ numerator: 2n, denominator: 3n })).toBe('0.6666666666666666667')
})

test.each([NaN, Infinity, -1, 'x', ''])('%s is refused', (value) => {
  expect(() => parseDecimal(value, 'slippage')).toThrow('slippage must be a finite number, 0 or more')
})
