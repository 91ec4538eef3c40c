import { BigNumber } from 'bignumber.js'
import fc from 'fast-check'
import Long from 'long'
import { describe, expect, test } from 'vitest'
import { parseAmount, parseLimit } from './amount.js'
import { InvalidArgumentError } from './errors.js'

const MAX = 2n ** 64n - 1n

describe('an amount may be written as', () => {
  test.each([
    ['a bigint', 17n, 17n],
    ['a number', 17, 17n],
    ['a decimal string', '17', 17n],
    ['the largest decimal string', '18446744073709551615', MAX],
    ['an unsigned Long', Long.MAX_UNSIGNED_VALUE, MAX],
    ['a signed Long that is not negative', Long.fromNumber(5), 5n],
    ['a foreign copy of Long', { low: -1, high: 1, unsigned: true }, 2n ** 33n - 1n],
    ['a BigNumber', new BigNumber('1e19'), 10n ** 19n],
    ['nothing', 0, 0n],
  ])('%s', (_, value, expected) => {
    expect(parseAmount(value, 'amount')).toBe(expected)
  })
})

test('every amount of 64 bits survives as bigint, string, Long and BigNumber', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: MAX }), (amount) => {
      const text = amount.toString()
      for (const value of [amount, text, Long.fromString(text, true), new BigNumber(text)]) {
        expect(parseAmount(value, 'amount')).toBe(amount)
      }
    }),
  )
})

describe('an amount is refused when it is', () => {
  test.each([
    ['a negative number', -5, 'Expected positive number as sendMax, got -5'],
    ['a negative bigint', -5n, 'Expected positive number as sendMax, got -5'],
    ['a negative string', '-5', 'Expected positive number as sendMax, got -5'],
    ['a negative Long', Long.fromNumber(-5), 'Expected positive number as sendMax, got -5'],
    ['infinite', Infinity, 'sendMax must be finite'],
    ['not a number', NaN, 'sendMax must be finite'],
    ['an infinite BigNumber', new BigNumber(Infinity), 'sendMax must be finite'],
    ['a fraction', 1.9, "sendMax must be a whole number of the asset's smallest unit, got 1.9"],
    ['a fraction in a string', '1.9', "sendMax must be a whole number of the asset's smallest unit, got 1.9"],
    ['a fraction in a BigNumber', new BigNumber('0.5'), 'sendMax must be a whole number'],
    ['too large a string', '18446744073709551616', 'Value 18446744073709551616 does not fit in a Long.'],
    ['too large a number', 1e30, 'Value 1e+30 does not fit in a Long.'],
    ['too large a bigint', 2n ** 64n, 'Value 18446744073709551616 does not fit in a Long.'],
    ['text', 'ten', 'sendMax must be a decimal number of units, got "ten"'],
    ['empty text', '', 'sendMax must be a decimal number of units, got ""'],
    ['missing', undefined, 'sendMax must be a bigint, number, decimal string, Long or BigNumber, got undefined'],
    ['null', null, 'got null'],
    ['a plain object', {}, 'got object'],
    ['NaN as a BigNumber', new BigNumber(NaN), 'sendMax must be a decimal number of units, got "NaN"'],
  ])('%s', (_, value, message) => {
    const parse = () => parseAmount(value as never, 'sendMax')
    expect(parse).toThrow(InvalidArgumentError)
    expect(parse).toThrow(message)
  })
})

test('a limit may be infinite, which is the largest amount', () => {
  expect(parseLimit(Infinity, 'receiveMax')).toBe(MAX)
  expect(() => parseLimit(-Infinity, 'receiveMax')).toThrow('receiveMax must be finite')
})
