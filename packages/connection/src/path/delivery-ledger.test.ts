import fc from 'fast-check'
import { assert, describe, expect, it } from 'vitest'
import { DeliveryLedger } from './delivery-ledger.js'
import type { PlannedDelivery } from './delivery-ledger.js'
import { ExchangeRate } from './exchange-rate.js'
import type { ExchangeRateOptions } from './exchange-rate.js'
import { multiplyCeil, multiplyFloor, multiplyRatios, ratio, subtractFromOne } from './ratio.js'
import type { Ratio } from './ratio.js'

/** A fixed rate that a first reply has confirmed. */
const ledgerAt = (options: Partial<ExchangeRateOptions>): DeliveryLedger => {
  const rate = new ExchangeRate({ slippage: ratio(0n), ...options })
  if (options.fixed !== undefined) rate.sample(options.fixed.denominator, options.fixed.numerator)
  return new DeliveryLedger(rate)
}

/** Plans and delivers over one connector until nothing more can be planned; returns what is left. */
const sendAll = (ledger: DeliveryLedger, total: bigint, cap: bigint, rate: Ratio): bigint => {
  let remaining = total
  for (let plan = ledger.plan(remaining, cap); plan !== undefined; plan = ledger.plan(remaining, cap)) {
    ledger.onSent(plan.amount, plan.minimum)
    const delivered = multiplyFloor(plan.amount, rate)
    assert(delivered >= plan.minimum, `${plan.amount} delivers ${delivered}, not ${plan.minimum}`)
    ledger.onFulfilled(plan.amount, plan.minimum, delivered)
    remaining -= plan.amount
  }
  return remaining
}

describe('DeliveryLedger', () => {
  it('plans nothing while no minimum is known', () => {
    expect(ledgerAt({}).plan(100n, 100n)).toBeUndefined()
    expect(ledgerAt({}).smallestDeliverable()).toBeUndefined()
  })

  it('counts what was fulfilled also while no minimum is known, of which nothing can fall short', () => {
    const rate = new ExchangeRate({ slippage: ratio(0n) })
    const ledger = new DeliveryLedger(rate)
    ledger.onSent(100n, 0n)
    expect([ledger.sent, ledger.delivered]).toEqual([0n, 0n])
    ledger.onFulfilled(100n, 0n, 90n)
    expect([ledger.sent, ledger.delivered]).toEqual([100n, 90n])
  })

  it('plans nothing for an empty stream or without credit', () => {
    const ledger = ledgerAt({ fixed: ratio(1n) })
    expect(ledger.plan(0n, 100n)).toBeUndefined()
    expect(ledger.plan(100n, 0n)).toBeUndefined()
  })

  it('demands the minimum rate rounded up', () => {
    const ledger = ledgerAt({ fixed: ratio(1n, 2n), slippage: ratio(1n, 100n) })
    expect(ledger.plan(10_000n, 1000n)).toEqual({ amount: 1000n, minimum: 495n })
    expect(ledger.plan(10_000n, 1001n)).toEqual({ amount: 1001n, minimum: 496n })
  })

  it('carries no more than what 64 bits can deliver', () => {
    const ledger = ledgerAt({ fixed: ratio(1000n) })
    const most = (2n ** 64n - 1n) / 1000n
    expect(ledger.plan(2n ** 64n - 1n, 2n ** 64n - 1n)).toEqual({ amount: most, minimum: most * 1000n })
    expect(ledgerAt({ fixed: ratio(2n ** 65n) }).plan(1n, 1n)).toBeUndefined()
  })

  it('gives the last packet of a stream one unit for rounding', () => {
    const ledger = ledgerAt({ fixed: ratio(1n, 2n) })
    expect(ledger.plan(1001n, 2000n)).toEqual({ amount: 1001n, minimum: 500n })
    expect(ledger.plan(1000n, 2000n)).toEqual({ amount: 1000n, minimum: 499n })
  })

  it('gives that unit once, also while the first that may need it is in flight', () => {
    const ledger = ledgerAt({ fixed: ratio(1n, 2n) })
    const first = ledger.plan(1000n, 2000n)!
    ledger.onSent(first.amount, first.minimum)
    expect(ledger.plan(1000n, 2000n)).toEqual({ amount: 1000n, minimum: 500n })
    ledger.onFulfilled(first.amount, first.minimum, 500n)
    expect(ledger.plan(1000n, 2000n)).toEqual({ amount: 1000n, minimum: 499n })
  })

  it('takes the unit back when the packet that might need it is released', () => {
    const ledger = ledgerAt({ fixed: ratio(1n, 2n) })
    ledger.onSent(1000n, 499n)
    ledger.onReleased(1000n, 499n)
    expect(ledger.plan(1000n, 2000n)).toEqual({ amount: 1000n, minimum: 499n })
  })

  it('does not count the surplus of a packet that may still be rejected', () => {
    const ledger = ledgerAt({ minimum: ratio(1n, 2n), fixed: ratio(9n, 10n) })
    ledger.onSent(1000n, 499n)
    ledger.onFulfilled(1000n, 499n, 499n)
    ledger.onSent(101n, 51n)
    expect(ledger.plan(1001n, 2000n)).toEqual({ amount: 1001n, minimum: 501n })
  })

  it('does not spend a surplus on lower minimums', () => {
    const ledger = ledgerAt({ minimum: ratio(1n, 2n), fixed: ratio(9n, 10n) })
    ledger.onSent(1000n, 500n)
    ledger.onFulfilled(1000n, 500n, 900n)
    expect(ledger.plan(1000n, 2000n)).toEqual({ amount: 1000n, minimum: 499n })
    expect(ledger.plan(1000n, 600n)).toEqual({ amount: 600n, minimum: 300n })
  })

  it('lowers no minimum further when a receiver has broken its word', () => {
    const ledger = ledgerAt({ fixed: ratio(1n, 2n) })
    ledger.onSent(1000n, 500n)
    ledger.onFulfilled(1000n, 500n, 3n)
    expect([ledger.sent, ledger.delivered]).toEqual([1000n, 3n])
    expect(ledger.plan(1000n, 2000n)).toEqual({ amount: 1000n, minimum: 500n })
  })

  it('never pays for nothing: an amount that rounds down to zero stays unsent', () => {
    const ledger = ledgerAt({ fixed: ratio(1n, 2n), slippage: ratio(1n, 100n) })
    expect(ledger.plan(1n, 100n)).toBeUndefined()
    expect(ledger.plan(100n, 1n)).toBeUndefined()
    expect(ledger.plan(2n, 100n)).toEqual({ amount: 2n, minimum: 1n })
  })

  it('tries what would round down to zero at a fixed rate that no reply has confirmed: the path may be better', () => {
    const rate = new ExchangeRate({ slippage: ratio(0n), fixed: ratio(1n, 1_000n) })
    const ledger = new DeliveryLedger(rate)
    expect(ledger.plan(122n, 1_000n)).toEqual({ amount: 122n, minimum: 1n })
    rate.sample(122n, 0n)
    expect(ledger.plan(122n, 1_000n)).toBeUndefined()
  })

  it('sends anything with a minimum of 0 when the caller accepts a rate of zero', () => {
    const ledger = ledgerAt({ minimum: ratio(0n) })
    expect(ledger.plan(7n, 5n)).toEqual({ amount: 5n, minimum: 0n })
    expect(ledger.smallestDeliverable()).toBe(1n)
  })

  it('sends a little less when the full amount would deliver a fraction', () => {
    const ledger = ledgerAt({ fixed: ratio(3n, 7n) })
    expect(ledger.plan(1000n, 100n)).toEqual({ amount: 98n, minimum: 42n })
  })

  it('leaves a rest that can be delivered', () => {
    const ledger = ledgerAt({ fixed: ratio(1n, 10n), slippage: ratio(1n, 10n) })
    const first = ledger.plan(105n, 100n)!
    expect(105n - first.amount).toBeGreaterThanOrEqual(10n)
    expect(sendAll(ledger, 105n, 100n, ratio(1n, 10n))).toBe(0n)
  })

  it('asks for one unit at least while the path is unknown', () => {
    const ledger = ledgerAt({ minimum: ratio(1n, 1000n) })
    expect(ledger.plan(10n, 5n)).toEqual({ amount: 5n, minimum: 1n })
    expect(ledger.plan(5n, 5n)).toEqual({ amount: 5n, minimum: 1n })
    expect(ledger.smallestDeliverable()).toBe(1000n)
  })

  it('plans nothing on a path worse than the minimum, and goes on when it recovers', () => {
    const rate = new ExchangeRate({ minimum: ratio(1n, 2n), slippage: ratio(0n) })
    const ledger = new DeliveryLedger(rate)
    rate.sample(1_000_000n, 400_000n)
    expect(ledger.plan(10_000n, 1000n)).toBeUndefined()
    expect(ledger.smallestDeliverable()).toBeUndefined()
    rate.sample(1_000_000n, 500_000n)
    expect(ledger.plan(10_000n, 1000n)).toEqual({ amount: 1000n, minimum: 500n })
  })

  it('tries what may deliver enough when the bounds are too coarse to be sure', () => {
    const rate = new ExchangeRate({ minimum: ratio(1n, 2n), slippage: ratio(0n) })
    rate.sample(1n, 0n)
    const ledger = new DeliveryLedger(rate)
    expect(ledger.plan(10_000n, 1000n)).toEqual({ amount: 1000n, minimum: 500n })
    expect(ledger.smallestDeliverable()).toBe(2n)
  })

  it('does not try the same amount for ever: each failure rules it out', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 2000n),
        fc.bigInt(1n, 2000n),
        fc.bigInt(1n, 100n),
        fc.bigInt(1n, 300n),
        fc.bigInt(1n, 300n),
        (first, second, divisor, cap, probe) => {
          // Two hops round one after the other, which a rate alone does not describe.
          const deliver = (amount: bigint) => (((amount * first) / 1000n) * second) / (divisor * 10n)
          const rate = new ExchangeRate({ slippage: ratio(1n, 100n) })
          rate.sample(probe, deliver(probe))
          rate.establish()
          const ledger = new DeliveryLedger(rate)
          let failures = 0
          for (let plan = ledger.plan(10n ** 9n, cap); plan !== undefined; plan = ledger.plan(10n ** 9n, cap)) {
            const delivered = deliver(plan.amount)
            rate.sample(plan.amount, delivered)
            if (delivered >= plan.minimum) break
            failures++
            assert(failures < 100, `${plan.amount} is tried again and again`)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('gives up a part that was refused again and again, where the end is within three packets', () => {
    const ledger = ledgerAt({ fixed: ratio(1n, 2n) })
    const refused = { amount: 1_000n, minimum: 500n }
    for (let sentAt = 0; sentAt < 30; sentAt += 10) ledger.onRefused(sentAt + 5, refused.amount, 1n, sentAt)
    expect(ledger.plan(3_000n, 1_000n)).toBeUndefined()
    expect(ledger.plan(3_001n, 1_000n)).toEqual(refused)
    expect(ledger.plan(3_000n, 1_002n)).toEqual({ amount: 1_002n, minimum: 501n })
    ledger.onSent(refused.amount, refused.minimum)
    ledger.onFulfilled(refused.amount, refused.minimum, 500n)
    expect(ledger.plan(3_000n, 1_000n)).toEqual(refused)
  })

  it('gives up nothing on a new path that was refused on the old one', () => {
    const ledger = ledgerAt({ fixed: ratio(1n, 2n) })
    for (let sentAt = 0; sentAt < 30; sentAt += 10) ledger.onRefused(sentAt + 5, 1_000n, 1n, sentAt)
    expect(ledger.plan(1_000n, 1_000n)).toBeUndefined()
    ledger.onPathChanged()
    expect(ledger.plan(1_000n, 1_000n)).toMatchObject({ amount: 1_000n })
  })

  it('delivers as much as any order of packets can, however the total and the limit fall', () => {
    for (const fixed of [ratio(1n), ratio(1n, 2n), ratio(3n, 7n), ratio(13n, 10n), ratio(1n, 5n), ratio(17n, 4n)]) {
      for (const slippage of [ratio(0n), ratio(1n, 100n), ratio(1n, 20n)]) {
        const minimum = multiplyRatios(fixed, subtractFromOne(slippage))
        const isNormal = (a: bigint) => multiplyCeil(a, minimum) <= multiplyFloor(a, fixed)
        const isFinal = (a: bigint) =>
          multiplyFloor(a, fixed) >= 1n && multiplyCeil(a, minimum) - 1n <= multiplyFloor(a, fixed)
        // Below twice the smallest packet there is no room to share out a rest.
        const floor = ledgerAt({ fixed, slippage }).smallestDeliverable()!
        for (const cap of [2n * floor, 3n * floor + 1n, 41n]) {
          if (cap < 2n * floor) continue
          const leastLeft: bigint[] = [0n]
          for (let total = 1n; total <= 60n; total++) {
            let least = total <= cap && isFinal(total) ? 0n : total
            for (let a = 1n; a <= cap && a <= total; a++) {
              const left = leastLeft[Number(total - a)]!
              if (left < least && isNormal(a)) least = left
            }
            leastLeft.push(least)
            const left = sendAll(ledgerAt({ fixed, slippage }), total, cap, fixed)
            assert(left === least, `${left} of ${total} stay unsent in packets of ${cap}, not ${least}`)
          }
        }
      }
    }
  })

  it('plans at any size of amount without walking through the amounts between', () => {
    const ledger = ledgerAt({ fixed: ratio(12_345_678_901_234_567n, 98_765_432_109_876_543n) })
    const plan = ledger.plan(2n ** 64n - 1n, 2n ** 63n)!
    expect(multiplyCeil(plan.amount, ratio(12_345_678_901_234_567n, 98_765_432_109_876_543n))).toBe(plan.minimum)
    expect(ledger.smallestDeliverable()).toBeGreaterThan(0n)
  })
})

describe('the promise', () => {
  interface Step {
    readonly stream: number
    readonly cap: bigint
    readonly settle: number
    readonly fate: number
    readonly extra: bigint
  }
  const steps = fc.array(
    fc.record<Step>({
      stream: fc.nat(2),
      cap: fc.bigInt(1n, 400n),
      settle: fc.nat(3),
      fate: fc.nat(99),
      extra: fc.bigInt(0n, 3n),
    }),
    { minLength: 10, maxLength: 80, size: 'max' },
  )
  const rates = fc.tuple(fc.bigInt(1n, 300n), fc.bigInt(1n, 300n)).map(([n, d]) => ratio(n, d))
  const slippages = fc.oneof(
    fc.constant(ratio(0n)),
    fc.bigInt(1n, 100n).map((n) => ratio(n, 1000n)),
  )

  /** Total delivered against total sent, checked at every fulfilment, with packets settled in any order. */
  const run = (
    options: ExchangeRateOptions,
    totals: readonly bigint[],
    script: readonly Step[],
    deliver: (packet: PlannedDelivery, step: Step) => bigint,
  ) => {
    const rate = new ExchangeRate(options)
    const ledger = new DeliveryLedger(rate)
    const remaining = [...totals]
    const inFlight: (PlannedDelivery & { readonly stream: number })[] = []
    for (const step of script) {
      const plan = ledger.plan(remaining[step.stream]!, step.cap)
      if (plan !== undefined) {
        assert(plan.minimum > 0n, 'a paying packet asks for nothing')
        assert(plan.amount <= step.cap && plan.amount <= remaining[step.stream]!, 'a packet carries too much')
        ledger.onSent(plan.amount, plan.minimum)
        remaining[step.stream]! -= plan.amount
        inFlight.push({ ...plan, stream: step.stream })
      }
      for (let i = 0; i < step.settle && inFlight.length > 0; i++) {
        const [packet] = inFlight.splice(step.fate % inFlight.length, 1)
        const delivered = deliver(packet!, step)
        rate.sample(packet!.amount, delivered)
        if (step.fate < 70 && delivered >= packet!.minimum) {
          ledger.onFulfilled(packet!.amount, packet!.minimum, delivered)
          const promised = multiplyCeil(ledger.sent, rate.minimum!) - 1n
          assert(ledger.delivered >= promised, `${ledger.delivered} delivered, ${promised} promised`)
        } else {
          ledger.onReleased(packet!.amount, packet!.minimum)
          remaining[packet!.stream]! += packet!.amount
        }
      }
    }
    return { rate, ledger, remaining, inFlight }
  }

  const totals = fc.array(fc.bigInt(1n, 2000n), { minLength: 3, maxLength: 3 })

  it('holds at every moment over a connector that delivers exactly the minimum of every packet', () => {
    fc.assert(
      fc.property(rates, slippages, totals, steps, (fixed, slippage, amounts, script) => {
        run({ fixed, slippage }, amounts, script, ({ minimum }) => minimum)
      }),
      { numRuns: 200 },
    )
  })

  it('holds when each packet delivers something between its minimum and what the rate allows', () => {
    fc.assert(
      fc.property(rates, slippages, totals, steps, (fixed, slippage, amounts, script) => {
        run({ fixed, slippage }, amounts, script, ({ amount, minimum }, { extra }) => {
          const most = multiplyFloor(amount, fixed)
          return minimum + extra < most ? minimum + extra : most
        })
      }),
      { numRuns: 200 },
    )
  })

  it('holds without a word about the path, on the caller’s minimum alone', () => {
    fc.assert(
      fc.property(rates, totals, steps, (minimum, amounts, script) => {
        run({ minimum, slippage: ratio(0n) }, amounts, script, ({ amount }, { extra }) => {
          const most = multiplyFloor(amount, minimum) + 2n - extra
          return most > 0n ? most : 0n
        })
      }),
      { numRuns: 200 },
    )
  })

  it('does not keep back what one rounding connector would deliver', () => {
    fc.assert(
      fc.property(rates, slippages, totals, steps, fc.bigInt(1n, 2000n), (truth, slippage, amounts, script, probe) => {
        const probed = new ExchangeRate({ slippage })
        probed.sample(probe, multiplyFloor(probe, truth))
        probed.establish()
        const minimum = probed.minimum!
        if (minimum.numerator === 0n) return
        const deliver = ({ amount }: PlannedDelivery) => multiplyFloor(amount, truth)
        const { ledger, remaining, inFlight } = run({ minimum, slippage }, amounts, script, deliver)
        for (const { amount, minimum: least } of inFlight) ledger.onReleased(amount, least)
        for (const { amount, stream } of inFlight) remaining[stream]! += amount
        const cap = 300n
        for (const left of remaining) {
          if (ledger.plan(left, cap) !== undefined) continue
          const spent = multiplyCeil(ledger.sent, minimum) > ledger.delivered
          for (let amount = 1n; amount <= left && amount <= cap; amount++) {
            const isLast = amount === left && !spent
            const least = multiplyCeil(amount, minimum) - (isLast ? 1n : 0n)
            const delivered = deliver({ amount, minimum: 0n })
            assert(
              delivered < (least > 1n ? least : 1n),
              `${amount} of ${left} stays unsent and could deliver ${delivered}`,
            )
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  it('plans the same packet whatever it planned before', () => {
    const sizes = fc.array(fc.record({ remaining: fc.bigInt(0n, 4000n), limit: fc.bigInt(0n, 700n) }), { minLength: 2 })
    const samples = fc.array(fc.record({ sent: fc.bigInt(1n, 500n), loss: fc.bigInt(0n, 2n) }))
    fc.assert(
      fc.property(rates, slippages, sizes, samples, fc.boolean(), (truth, slippage, plans, seen, isFixed) => {
        const rate = new ExchangeRate({ slippage, ...(isFixed ? { fixed: truth } : {}) })
        const ledger = new DeliveryLedger(rate)
        rate.sample(1000n, multiplyFloor(1000n, truth))
        rate.establish()
        for (const [i, { remaining, limit }] of plans.entries()) {
          const found = ledger.plan(remaining, limit)
          assert.deepEqual(found, new DeliveryLedger(rate).plan(remaining, limit))
          const sample = seen[i]
          if (sample === undefined) continue
          const delivered = multiplyFloor(sample.sent, truth) - sample.loss
          rate.sample(sample.sent, delivered > 0n ? delivered : 0n)
        }
      }),
    )
  })
})
