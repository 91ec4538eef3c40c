import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExchangeRate } from './exchange-rate.js'
import { compareRatios, multiplyFloor, ratio } from './ratio.js'
import type { Ratio } from './ratio.js'

const MAX_UINT64 = 2n ** 64n - 1n
const noSlippage = { slippage: ratio(0n) }

const contains = (rate: ExchangeRate, truth: Ratio): boolean =>
  compareRatios(rate.bounds!.lower, truth) <= 0 && compareRatios(truth, rate.bounds!.upper) < 0

describe('ExchangeRate', () => {
  it('knows nothing before the first sample and limits nothing', () => {
    const rate = new ExchangeRate(noSlippage)
    expect([rate.bounds, rate.minimum, rate.lastPacketRate]).toEqual([undefined, undefined, undefined])
    expect([rate.maxDelivered(5n), rate.maxSource(5n)]).toEqual([MAX_UINT64, MAX_UINT64])
    rate.establish()
    expect(rate.minimum).toBeUndefined()
  })

  // RFC 0029 3.4-2
  it('takes one sample as the interval that rounding down leaves open', () => {
    const rate = new ExchangeRate(noSlippage)
    rate.sample(1000n, 333n)
    expect(rate.bounds).toEqual({ lower: ratio(333n, 1000n), upper: ratio(334n, 1000n) })
    expect(rate.lastPacketRate).toEqual(ratio(333n, 1000n))
  })

  it('intersects the samples of one rate', () => {
    const rate = new ExchangeRate(noSlippage)
    rate.sample(1000n, 333n)
    rate.sample(3n, 1n)
    expect(rate.bounds).toEqual({ lower: ratio(1n, 3n), upper: ratio(334n, 1000n) })
  })

  it('is not made worse by a small sample of the same rate', () => {
    const rate = new ExchangeRate(noSlippage)
    rate.sample(1_000_000n, 333_333n)
    const { bounds } = rate
    rate.sample(1n, 0n)
    rate.sample(2n, 0n)
    expect(rate.bounds).toEqual(bounds)
    expect(rate.lastPacketRate).toEqual(ratio(0n, 2n))
  })

  it('replaces what it knew when a sample cannot come from the same rate', () => {
    const rate = new ExchangeRate(noSlippage)
    rate.sample(1_000_000n, 500_000n)
    rate.sample(1000n, 400n)
    expect(rate.bounds).toEqual({ lower: ratio(400n, 1000n), upper: ratio(401n, 1000n) })
    rate.sample(1000n, 600n)
    expect(rate.bounds).toEqual({ lower: ratio(600n, 1000n), upper: ratio(601n, 1000n) })
  })

  it('prefers a precise sample that is a unit off to coarse bounds', () => {
    const rate = new ExchangeRate(noSlippage)
    rate.sample(2n, 1n)
    rate.sample(1000n, 499n)
    expect(rate.bounds).toEqual({ lower: ratio(499n, 1000n), upper: ratio(500n, 1000n) })
  })

  it('knows that small amounts lose a unit more once several hops are seen to round', () => {
    const rate = new ExchangeRate(noSlippage)
    rate.sample(1_000_000n, 900_000n)
    expect(rate.roundingLoss).toBe(0n)
    rate.sample(10n, 8n)
    expect(rate.bounds!.lower).toEqual(ratio(900_000n, 1_000_000n))
    expect(rate.roundingLoss).toBe(1n)
    rate.sample(1_000_000n, 800_000n)
    expect(rate.roundingLoss).toBe(0n)
  })

  it('ignores samples without an amount', () => {
    const rate = new ExchangeRate(noSlippage)
    rate.sample(0n, 0n)
    rate.sample(0n, 5n)
    expect(rate.bounds).toBeUndefined()
  })

  describe('minimum', () => {
    it('is the probed lower bound less slippage, fixed once', () => {
      const rate = new ExchangeRate({ slippage: ratio(1n, 100n) })
      rate.sample(1000n, 500n)
      expect(rate.minimum).toBeUndefined()
      rate.establish()
      expect(compareRatios(rate.minimum!, ratio(495n, 1000n))).toBe(0)
      rate.sample(1000n, 400n)
      rate.establish()
      expect(compareRatios(rate.minimum!, ratio(495n, 1000n))).toBe(0)
    })

    it('is the fixed rate less slippage at once', () => {
      const rate = new ExchangeRate({ fixed: ratio(1n, 2n), slippage: ratio(1n, 100n) })
      expect(compareRatios(rate.minimum!, ratio(495n, 1000n))).toBe(0)
    })

    it('is exactly the fixed rate without slippage', () => {
      const rate = new ExchangeRate({ fixed: ratio(123n, 100n), ...noSlippage })
      expect(compareRatios(rate.minimum!, ratio(123n, 100n))).toBe(0)
    })

    // RFC 0029 3.4-1
    it('is the caller’s own whatever the path quotes (C12)', () => {
      const rate = new ExchangeRate({ minimum: ratio(9n, 10n), fixed: ratio(2n), slippage: ratio(1n, 2n) })
      rate.sample(1000n, 10n)
      rate.establish()
      rate.reset()
      expect(rate.minimum).toEqual(ratio(9n, 10n))
    })

    it('survives a change of path, while the bounds do not', () => {
      const rate = new ExchangeRate({ slippage: ratio(0n) })
      rate.sample(100n, 50n)
      rate.establish()
      rate.reset()
      expect([rate.bounds, rate.minimum !== undefined]).toEqual([undefined, true])
    })

    it('refuses a slippage of more than everything', () => {
      expect(() => new ExchangeRate({ slippage: ratio(3n, 2n) })).toThrow(RangeError)
    })
  })

  describe('a fixed rate', () => {
    it('converts every amount exactly', () => {
      fc.assert(
        fc.property(
          fc.bigInt(0n, MAX_UINT64),
          fc.bigInt(0n, 2n ** 40n),
          fc.bigInt(1n, 2n ** 40n),
          (amount, numerator, denominator) => {
            const fixed = ratio(numerator, denominator)
            const rate = new ExchangeRate({ fixed, ...noSlippage })
            expect(rate.maxDelivered(amount)).toBe(multiplyFloor(amount, fixed))
            expect(multiplyFloor(amount, rate.bounds!.lower)).toBe(multiplyFloor(amount, fixed))
          },
        ),
      )
    })

    it('gives way to what the path shows, and comes back with a new path', () => {
      const rate = new ExchangeRate({ fixed: ratio(1n, 2n), ...noSlippage })
      const { bounds } = rate
      rate.sample(1000n, 499n)
      expect(rate.bounds).toEqual(bounds)
      rate.sample(1000n, 450n)
      expect(rate.bounds!.lower).toEqual(ratio(450n, 1000n))
      rate.reset()
      expect(rate.bounds).toEqual(bounds)
    })
  })

  const truths = fc.tuple(fc.bigInt(1n, 10n ** 9n), fc.bigInt(1n, 10n ** 9n)).map(([n, d]) => ratio(n, d))
  const sizes = fc.array(fc.bigInt(1n, 10n ** 12n), { minLength: 1, maxLength: 20 })

  it('always contains the rate of a connector that rounds once, and its conversions hold', () => {
    fc.assert(
      fc.property(truths, sizes, fc.bigInt(1n, 10n ** 12n), (truth, amounts, amount) => {
        const rate = new ExchangeRate(noSlippage)
        for (const sent of amounts) {
          rate.sample(sent, multiplyFloor(sent, truth))
          expect(contains(rate, truth)).toBe(true)
        }
        const delivered = multiplyFloor(amount, truth)
        expect(delivered <= rate.maxDelivered(amount)).toBe(true)
        expect(delivered >= multiplyFloor(amount, rate.bounds!.lower)).toBe(true)
      }),
    )
  })

  it('fills a room to the brim and never above it', () => {
    fc.assert(
      fc.property(truths, sizes, fc.bigInt(1n, 10n ** 12n), (truth, amounts, room) => {
        const rate = new ExchangeRate(noSlippage)
        for (const sent of amounts) rate.sample(sent, multiplyFloor(sent, truth))
        const source = rate.maxSource(room)
        expect(rate.maxDelivered(source) <= room).toBe(true)
        expect(multiplyFloor(source, truth) <= room).toBe(true)
        if (source < MAX_UINT64) expect(rate.maxDelivered(source + 1n) > room).toBe(true)
      }),
    )
  })

  it('sends nothing into no room, and the last unit into room for one', () => {
    const rate = new ExchangeRate({ fixed: ratio(1n, 2n), ...noSlippage })
    expect(rate.maxSource(0n)).toBe(0n)
    expect(rate.maxSource(-5n)).toBe(0n)
    expect(rate.maxDelivered(0n)).toBe(0n)
    expect(rate.maxSource(1n)).toBe(3n)
    expect(rate.maxDelivered(3n)).toBe(1n)
  })

  it('stays usable over hops that round one after the other', () => {
    fc.assert(
      fc.property(truths, fc.bigInt(1n, 1000n), sizes, (first, second, amounts) => {
        const rate = new ExchangeRate(noSlippage)
        for (const sent of amounts) {
          const delivered = (multiplyFloor(sent, first) * second) / 1000n
          rate.sample(sent, delivered)
          const { lower, upper } = rate.bounds!
          expect(compareRatios(lower, upper)).toBeLessThan(0)
          // Downscaling last hops lose less than two units, whatever bounds the samples left.
          expect(delivered >= multiplyFloor(sent, lower) - 1n && delivered <= multiplyFloor(sent, upper)).toBe(true)
        }
      }),
    )
  })
})
