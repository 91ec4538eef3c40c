import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ceilAt, floorAt, largestDeliverable, smallestDeliverable } from './deliverable-amount.js'
import type { Line } from './deliverable-amount.js'

const isDeliverable = (least: Line, most: Line, amount: bigint): boolean =>
  ceilAt(least, amount) <= floorAt(most, amount)

const lineThat = (offset: fc.Arbitrary<bigint>) =>
  fc.record({ slope: fc.bigInt(0n, 40n), offset, divisor: fc.bigInt(1n, 40n) })

describe('lines', () => {
  it('round towards the side that cannot promise too much, also below zero', () => {
    const line: Line = { slope: 1n, offset: -5n, divisor: 2n }
    expect([ceilAt(line, 0n), floorAt(line, 0n)]).toEqual([-2n, -3n])
    expect([ceilAt(line, 1n), floorAt(line, 1n)]).toEqual([-2n, -2n])
    expect([ceilAt(line, 6n), floorAt(line, 6n)]).toEqual([1n, 0n])
  })
})

describe('smallestDeliverable', () => {
  it('finds the same amount as trying all of them', () => {
    fc.assert(
      fc.property(
        lineThat(fc.bigInt(-60n, 60n)),
        lineThat(fc.bigInt(-60n, 60n)),
        fc.bigInt(0n, 30n),
        (least, most, from) => {
          let expected: bigint | undefined
          for (let amount = from; amount < from + 1500n && expected === undefined; amount++) {
            if (isDeliverable(least, most, amount)) expected = amount
          }
          const found = smallestDeliverable(least, most, from)
          if (expected !== undefined || found === undefined) expect(found).toBe(expected)
          else expect(found >= from + 1500n && isDeliverable(least, most, found)).toBe(true)
        },
      ),
      { numRuns: 400 },
    )
  })

  it('finds the denominator of the simplest fraction between two close rates in a moment', () => {
    const rate = ([slope, divisor]: readonly [bigint, bigint]): Line => ({ slope, offset: 0n, divisor })
    const golden = [12586269025n, 20365011074n] as const
    const next = [7778742049n, 12586269025n] as const
    expect(smallestDeliverable(rate(golden), rate(golden), 1n)).toBe(golden[1])
    const [low, high] =
      golden[0] * next[1] < next[0] * golden[1] ? ([golden, next] as const) : ([next, golden] as const)
    expect(smallestDeliverable(rate(low), rate(high), 1n)).toBe(next[1])
  })

  it('finds nothing when the rate demanded is above the rate delivered', () => {
    expect(
      smallestDeliverable({ slope: 2n, offset: 0n, divisor: 1n }, { slope: 1n, offset: 0n, divisor: 1n }, 1n),
    ).toBe(undefined)
  })
})

describe('largestDeliverable', () => {
  it('finds the same amount as trying all of them', () => {
    fc.assert(
      fc.property(
        lineThat(fc.bigInt(-60n, 60n)),
        lineThat(fc.bigInt(-60n, 60n)),
        fc.bigInt(0n, 300n),
        (least, most, upTo) => {
          let expected: bigint | undefined
          for (let amount = upTo; amount > 0n && expected === undefined; amount--) {
            if (isDeliverable(least, most, amount)) expected = amount
          }
          expect(largestDeliverable(least, most, upTo)).toBe(expected)
        },
      ),
      { numRuns: 400 },
    )
  })
})
