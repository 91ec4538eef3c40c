import fc from 'fast-check'
import { assert, describe, expect, it } from 'vitest'
import { multiplyFloor, ratio } from './ratio.js'
import type { Ratio } from './ratio.js'
import { RateProbe } from './rate-probe.js'

const MAX_UINT64 = 2n ** 64n - 1n
const probeOf = (options: { maxAmount?: bigint; precisionDigits?: number } = {}): RateProbe =>
  new RateProbe({ maxAmount: MAX_UINT64, precisionDigits: 3, ...options })

const allNext = (probe: RateProbe): bigint[] => {
  const amounts: bigint[] = []
  for (let amount = probe.next(); amount !== undefined; amount = probe.next()) amounts.push(amount)
  return amounts
}

interface SimulatedPath {
  readonly rate: Ratio
  readonly maximum?: bigint
  readonly states?: boolean
}

/** Answers one probe after the other, the oldest first; returns all amounts tried. */
const answerAll = (probe: RateProbe, { rate, maximum = MAX_UINT64, states = true }: SimulatedPath): bigint[] => {
  probe.start()
  const tried: bigint[] = []
  const waiting: bigint[] = []
  while (probe.state === 'probing') {
    const sent = allNext(probe)
    tried.push(...sent)
    waiting.push(...sent)
    const amount = waiting.shift()
    if (amount === undefined) throw new Error('the probe waits for a reply that nobody owes it')
    if (amount > maximum) probe.onTooLarge(amount, states ? maximum : undefined)
    else probe.onDelivered(amount, multiplyFloor(amount, rate))
  }
  return tried
}

describe('RateProbe', () => {
  it('sends nothing before it is started', () => {
    const probe = probeOf()
    expect([probe.state, probe.next()]).toEqual(['idle', undefined])
  })

  it('sends the first three rungs at once', () => {
    const probe = probeOf()
    probe.start()
    expect(allNext(probe)).toEqual([1n, 1_000n, 1_000_000n])
    expect(probe.state).toBe('probing')
  })

  it('is done as soon as one amount shows enough digits, without waiting for the others', () => {
    const probe = probeOf()
    probe.start()
    allNext(probe)
    probe.onDelivered(1000n, 500n)
    expect([probe.state, probe.next(), probe.bestPrecision, probe.largestPassed]).toEqual(['done', undefined, 3, 1000n])
    probe.onDelivered(1_000_000n, 500_000n)
    expect([probe.state, probe.bestPrecision, probe.largestPassed]).toEqual(['done', 6, 1_000_000n])
  })

  it('climbs only as far as a low rate needs', () => {
    expect(answerAll(probeOf(), { rate: ratio(1n, 10n ** 5n) })).toEqual([1n, 10n ** 3n, 10n ** 6n, 10n ** 9n])
    expect(answerAll(probeOf(), { rate: ratio(1n, 10n ** 8n) })).toEqual([
      1n,
      10n ** 3n,
      10n ** 6n,
      10n ** 9n,
      10n ** 12n,
    ])
  })

  it.each([
    { rate: ratio(1n, 10n ** 7n), maximum: 10n ** 9n, precisionDigits: 3 },
    { rate: ratio(1n, 10n ** 10n), maximum: 10n ** 12n, precisionDigits: 3 },
  ])('works at a rate of $rate.numerator/$rate.denominator with a path maximum of $maximum', (path) => {
    const probe = probeOf()
    answerAll(probe, path)
    expect(probe.state).toBe('done')
  })

  it('probes exactly the maximum a path states when its digits are needed', () => {
    const probe = probeOf()
    const tried = answerAll(probe, { rate: ratio(1n, 100n), maximum: 34_567n })
    expect(tried).toEqual([1n, 1_000n, 1_000_000n, 34_567n])
    expect([probe.state, probe.pathMaximum, probe.bestPrecision]).toEqual(['done', 34_567n, 3])
  })

  it('does not probe a stated maximum that is not needed', () => {
    const probe = probeOf()
    probe.start()
    allNext(probe)
    probe.onDelivered(1_000n, 999n)
    probe.onTooLarge(1_000_000n, 34_567n)
    expect([probe.state, probe.next(), probe.pathMaximum]).toEqual(['done', undefined, 34_567n])
  })

  it('searches between what passed and what was refused when nobody states a maximum', () => {
    const probe = probeOf()
    const tried = answerAll(probe, { rate: ratio(1n, 50n), maximum: 7_000n, states: false })
    expect(probe.state).toBe('done')
    expect(tried.length).toBeLessThanOrEqual(8)
    expect(probe.largestPassed).toBeGreaterThanOrEqual(5_000n)
  })

  it('stops searching after fifteen amounts', () => {
    const probe = probeOf({ precisionDigits: 10 })
    const tried = answerAll(probe, { rate: ratio(1n), maximum: 999_998n, states: false })
    expect([probe.state, tried.length, new Set(tried).size]).toEqual(['failed', 15, 15])
  })

  it('waits for smaller amounts before it searches', () => {
    const probe = probeOf()
    probe.start()
    allNext(probe)
    probe.onTooLarge(1_000_000n, undefined)
    expect([probe.state, probe.next()]).toEqual(['probing', undefined])
  })

  it('believes what passed and not a refusal that contradicts it, whichever comes first', () => {
    const early = probeOf({ precisionDigits: 9 })
    early.start()
    allNext(early)
    early.onTooLarge(1_000n, undefined)
    early.onDelivered(1_000_000n, 1_000_000n)
    expect(early.next()).toBe(1_000_000_000n)
    const late = probeOf({ precisionDigits: 9 })
    late.start()
    allNext(late)
    late.onDelivered(1_000n, 1_000n)
    late.onTooLarge(1n, 0n)
    late.onTooLarge(1_000_000n, 10n)
    expect(late.pathMaximum).toBeUndefined()
    late.onDelivered(1_000_000n, 1_000_000n)
    expect(late.next()).toBe(1_000_000_000n)
  })

  it('fails when the path cannot carry enough for the digits, and tells how many it reached', () => {
    const probe = probeOf()
    const tried = answerAll(probe, { rate: ratio(1n, 100n), maximum: 5_000n })
    expect(tried).toEqual([1n, 1_000n, 1_000_000n, 5_000n])
    expect([probe.state, probe.bestPrecision, probe.pathMaximum]).toEqual(['failed', 2, 5_000n])
  })

  it('fails on a path whose maximum is 0', () => {
    const probe = probeOf()
    answerAll(probe, { rate: ratio(1n), maximum: 0n })
    expect([probe.state, probe.pathMaximum, probe.largestPassed]).toEqual(['failed', 0n, 0n])
  })

  it('takes a stated maximum of 0 for a lie once something passes', () => {
    const probe = probeOf()
    probe.start()
    allNext(probe)
    probe.onTooLarge(1_000_000n, 0n)
    probe.onDelivered(1n, 1n)
    expect([probe.state, probe.pathMaximum]).toEqual(['probing', undefined])
    probe.onDelivered(1_000n, 1_000n)
    expect(probe.state).toBe('done')
  })

  it('is not stopped by a stated maximum above the amount refused', () => {
    const probe = probeOf()
    probe.start()
    allNext(probe)
    probe.onTooLarge(1_000_000n, 2_000_000n)
    expect(probe.pathMaximum).toBeUndefined()
  })

  it('tries an amount again after any other failure', () => {
    const probe = probeOf()
    probe.start()
    allNext(probe)
    for (const amount of [1n, 1_000n, 1_000_000n]) probe.onFailed(amount)
    expect(probe.state).toBe('probing')
    expect(allNext(probe)).toEqual([1n, 1_000n, 1_000_000n])
  })

  it('takes an amount that keeps failing while smaller ones pass for too large', () => {
    const probe = probeOf({ precisionDigits: 4 })
    probe.start()
    allNext(probe)
    probe.onDelivered(1n, 0n)
    probe.onDelivered(1_000n, 100n)
    for (let i = 0; i < 3; i++) {
      probe.onFailed(1_000_000n)
      if (i < 2) expect(probe.next()).toBe(1_000_000n)
    }
    const between = probe.next()!
    expect(between > 1_000n && between < 1_000_000n).toBe(true)
  })

  it('gives up on a path that carries nothing', () => {
    const probe = probeOf()
    probe.start()
    let sent = 0
    while (probe.state === 'probing') {
      for (const amount of allNext(probe)) {
        sent++
        probe.onFailed(amount)
      }
    }
    expect(probe.state).toBe('failed')
    expect(sent).toBe(45)
  })

  it('never sends more than the caller allows, and no amount twice', () => {
    const probe = probeOf({ maxAmount: 500n })
    expect(answerAll(probe, { rate: ratio(1n, 1000n) })).toEqual([1n, 500n])
    expect([probe.state, probe.bestPrecision]).toEqual(['failed', 0])
  })

  it('fails at once when nothing may be sent', () => {
    const probe = probeOf({ maxAmount: 0n })
    probe.start()
    expect([probe.state, probe.next()]).toEqual(['failed', undefined])
  })

  it('starts again from nothing', () => {
    const probe = probeOf()
    answerAll(probe, { rate: ratio(1n) })
    probe.start()
    expect([probe.state, probe.largestPassed, probe.bestPrecision, probe.pathMaximum]).toEqual([
      'probing',
      0n,
      0,
      undefined,
    ])
    expect(allNext(probe)).toEqual([1n, 1_000n, 1_000_000n])
  })

  it('ends on any path, within its limits, and finds every rate that one of its amounts could show', () => {
    const rates = fc.tuple(fc.bigInt(1n, 10n ** 6n), fc.bigInt(1n, 10n ** 12n)).map(([n, d]) => ratio(n, d))
    const fates = fc.array(fc.nat(9), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(
        rates,
        fc.bigInt(0n, 10n ** 13n),
        fc.bigInt(1n, 10n ** 13n),
        fc.boolean(),
        fates,
        (rate, maximum, maxAmount, states, script) => {
          const probe = probeOf({ maxAmount })
          probe.start()
          const waiting: bigint[] = []
          let sent = 0
          for (let turn = 0; probe.state === 'probing'; turn++) {
            for (const amount of allNext(probe)) {
              assert(amount > 0n && amount <= maxAmount && amount <= 10n ** 12n, `${amount} is out of bounds`)
              waiting.push(amount)
              sent++
            }
            const fate = script[turn % script.length]!
            const [amount] = waiting.splice(fate % Math.max(1, waiting.length), 1)
            if (fate === 9) probe.onFailed(amount!)
            else if (amount! > maximum) probe.onTooLarge(amount!, states ? maximum : undefined)
            else probe.onDelivered(amount!, multiplyFloor(amount!, rate))
          }
          expect(sent).toBeLessThan(15 * 15)
          const allowed = maximum < maxAmount ? maximum : maxAmount
          const reachable = allowed < 10n ** 12n ? allowed : 10n ** 12n
          const honest = script.every((fate) => fate < 9) && (states || maximum >= maxAmount)
          if (honest) expect(probe.state === 'done').toBe(multiplyFloor(reachable, rate) >= 100n)
        },
      ),
      { numRuns: 500 },
    )
  })
})
