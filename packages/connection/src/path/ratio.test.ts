import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareRatios,
  divideFloor,
  multiplyCeil,
  multiplyFloor,
  multiplyRatios,
  ratio,
  subtractFromOne,
} from './ratio.js'

const amounts = fc.bigInt(0n, 2n ** 70n)
const ratios = fc.tuple(fc.bigInt(0n, 2n ** 66n), fc.bigInt(1n, 2n ** 66n)).map(([n, d]) => ratio(n, d))
const positive = ratios.filter((r) => r.numerator > 0n)

describe('ratio', () => {
  it('names what is wrong with its operands', () => {
    expect(() => ratio(-1n)).toThrow(new RangeError('Ratio numerator is -1: it must not be negative'))
    expect(() => ratio(1n, 0n)).toThrow(new RangeError('Ratio denominator is 0: it must be positive'))
    expect(() => ratio(1n, -2n)).toThrow(RangeError)
    expect(() => divideFloor(1n, ratio(0n))).toThrow(RangeError)
    expect(() => subtractFromOne(ratio(3n, 2n))).toThrow(
      new RangeError('Cannot subtract 3/2 from one: it must be between 0 and 1'),
    )
  })

  it('is a whole number without a denominator', () => {
    expect(ratio(7n)).toEqual({ numerator: 7n, denominator: 1n })
  })

  it('multiplies to the neighbours of the exact product (F1)', () => {
    fc.assert(
      fc.property(amounts, ratios, (amount, r) => {
        const floor = multiplyFloor(amount, r)
        const ceil = multiplyCeil(amount, r)
        const exact = amount * r.numerator
        expect(floor * r.denominator <= exact && exact < (floor + 1n) * r.denominator).toBe(true)
        expect(ceil).toBe(exact % r.denominator === 0n ? floor : floor + 1n)
      }),
    )
  })

  it('divides to the most whose product stays within the amount', () => {
    fc.assert(
      fc.property(amounts, positive, (amount, r) => {
        const quotient = divideFloor(amount, r)
        expect(quotient * r.numerator <= amount * r.denominator).toBe(true)
        expect((quotient + 1n) * r.numerator > amount * r.denominator).toBe(true)
      }),
    )
  })

  it('compares by value, not by how a ratio is written', () => {
    expect(compareRatios(ratio(1n, 2n), ratio(2n, 4n))).toBe(0)
    expect(compareRatios(ratio(1n, 3n), ratio(1n, 2n))).toBeLessThan(0)
    expect(compareRatios(ratio(2n, 3n), ratio(1n, 2n))).toBeGreaterThan(0)
    fc.assert(
      fc.property(ratios, ratios, (a, b) => {
        expect(compareRatios(a, b)).toBe(-compareRatios(b, a) + 0)
      }),
    )
  })

  it('multiplies ratios exactly and in lowest terms (F1)', () => {
    expect(multiplyRatios(ratio(2n, 3n), ratio(9n, 4n))).toEqual(ratio(3n, 2n))
    expect(multiplyRatios(ratio(0n, 3n), ratio(9n, 4n))).toEqual(ratio(0n, 1n))
    fc.assert(
      fc.property(ratios, ratios, (a, b) => {
        const product = multiplyRatios(a, b)
        const plain = ratio(a.numerator * b.numerator, a.denominator * b.denominator)
        expect(compareRatios(product, plain)).toBe(0)
      }),
    )
  })

  it('leaves after slippage what slippage does not take', () => {
    expect(subtractFromOne(ratio(1n, 100n))).toEqual(ratio(99n, 100n))
    expect(subtractFromOne(ratio(0n))).toEqual(ratio(1n))
    expect(subtractFromOne(ratio(5n, 5n)).numerator).toBe(0n)
  })
})
