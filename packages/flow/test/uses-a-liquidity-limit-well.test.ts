import { describe, expect, it } from 'vitest'
import { aimd, bottleneckRate, cubic, paced, predecessor, type CongestionControllerFactory } from '../src/index.js'
import { seededRandom } from '../src/compliance/random-walk.js'
import { liquidityBucket, runPath, type Payer, type Run } from './model-path.js'

/** Units a second, and the units a full bucket holds. */
const RATE = 100_000
const BURST = 10_000
const RTT = 50

const payer = (factory: CongestionControllerFactory, overrides: Partial<Payer> = {}): Payer => ({
  controller: factory(0),
  packetAmount: 1000n,
  rtt: RTT,
  ...overrides,
})

/** The part of what the bucket could have let through, and refusals per 100 packets delivered. */
function measure(payers: Payer[], rate: number, burst: number, { from = 0, until, ...run }: Run) {
  const totals = runPath(payers, liquidityBucket(rate, burst), { from, until, ...run })
  const delivered = totals.reduce((sum, total) => sum + Number(total.delivered), 0)
  const acked = totals.reduce((sum, total) => sum + total.acked, 0)
  const refused = totals.reduce((sum, total) => sum + total.refused, 0)
  const room = (rate * (until - from)) / 1000 + (from === 0 ? burst : 0)
  return { use: delivered / room, refusals: (refused / acked) * 100 }
}

describe.each([
  // Bursts find the limit at a higher cost. A rate that is ready for competitors is refused more often than a window.
  { name: 'aimd', factory: aimd(), searching: 2.5, found: 1 },
  { name: 'paced aimd', factory: paced(aimd()), searching: 2, found: 1 },
  { name: 'bottleneckRate', factory: bottleneckRate(), searching: 2.2, found: 1.6 },
])('$name on a liquidity bucket of 100,000 units a second', ({ factory, searching, found }) => {
  it(`uses 95 % of it with at most ${searching} refusals per 100 packets, the search included`, () => {
    const { use, refusals } = measure([payer(factory)], RATE, BURST, { until: 30_000 })
    expect(use).toBeGreaterThan(0.95)
    expect(refusals).toBeLessThan(searching)
  })

  it(`is refused at most ${found} times per 100 packets once the limit is found`, () => {
    const { use, refusals } = measure([payer(factory)], RATE, BURST, { from: 30_000, until: 60_000 })
    expect(use).toBeGreaterThan(0.95)
    expect(refusals).toBeLessThan(found)
  })

  it('does so too when the rest of the window is filled with smaller packets', () => {
    const { use, refusals } = measure([payer(factory, { splits: true })], RATE, BURST, { until: 30_000 })
    expect(use).toBeGreaterThan(0.95)
    expect(refusals).toBeLessThan(searching)
  })

  it('does so too with replies that come late by chance', () => {
    const random = seededRandom(1)
    const run = { until: 30_000, jitter: () => random() * 0.3 }
    const { use, refusals } = measure([payer(factory)], RATE, BURST, run)
    expect(use).toBeGreaterThan(0.95)
    expect(refusals).toBeLessThan(searching)
  })

  it('uses ten times the rate as well', () => {
    const { use, refusals } = measure([payer(factory)], 10 * RATE, 10 * BURST, { until: 30_000 })
    expect(use).toBeGreaterThan(0.95)
    expect(refusals).toBeLessThan(searching)
  })

  it('leaves every one of three payers a share', () => {
    const random = seededRandom(1)
    const payers = [payer(factory), payer(factory), payer(factory)]
    const policy = liquidityBucket(10 * RATE, 10 * BURST)
    const totals = runPath(payers, policy, { until: 60_000, jitter: () => random() * 0.2 })
    const shares = totals.map(({ delivered }) => Number(delivered))
    expect(Math.min(...shares)).toBeGreaterThan(Math.max(...shares) / 2)
  })

  it('takes up what becomes free', () => {
    const scarce = liquidityBucket(RATE, BURST)
    const ample = liquidityBucket(10 * RATE, 10 * BURST)
    const [total] = runPath(
      [payer(factory)],
      (now, amount, index) => (now < 20_000 ? scarce : ample)(now, amount, index),
      {
        from: 30_000,
        until: 40_000,
      },
    )
    expect(Number(total!.delivered)).toBeGreaterThan(0.9 * 10 * 10 * RATE)
  })
})

it.each([
  // Each refusal takes a part of a rate that three packets do not make up for, so growth meets the limit more often.
  { rtt: 50, refusals: 2 },
  { rtt: 200, refusals: 1.7 },
])('uses a bucket of three packets with bottleneckRate, where windows are refused ($rtt ms)', ({ rtt, refusals }) => {
  const run = { from: 10 * rtt, until: 30_000 }
  const byRate = measure([payer(bottleneckRate(), { rtt })], RATE, 3000, run)
  const byWindow = measure([payer(paced(aimd()), { rtt })], RATE, 3000, run)
  expect(byRate.use).toBeGreaterThan(0.9)
  expect(byRate.refusals).toBeLessThan(refusals)
  expect(byWindow.use).toBeLessThan(0.7)
})

it('finds packets that pass where the first ones are a hundred times too large, with bottleneckRate', () => {
  const huge = payer(bottleneckRate(), { packetAmount: 1_000_000n })
  const { use } = measure([huge], RATE, BURST, { from: 5000, until: 30_000 })
  expect(use).toBeGreaterThan(0.9)
})

it('is used by paced cubic, at a price, and hardly by one packet at a time', () => {
  const run = { from: 10 * RTT, until: 30_000 }
  expect(measure([payer(paced(cubic()))], RATE, BURST, run).use).toBeGreaterThan(0.95)
  const one = measure([payer(predecessor())], RATE, BURST, run)
  // A packet of 1000 each round trip of 50 ms, out of the 5000 there is room for.
  expect(one.use).toBeCloseTo(0.2)
  expect(one.refusals).toBe(0)
})

it('gets through a bucket far smaller than its window when it is paced', () => {
  // A round trip of 200 ms holds twenty packets, the bucket ten.
  const unpaced = measure([payer(aimd(), { rtt: 200 })], RATE, BURST, { from: 10_000, until: 40_000 })
  const spread = measure([payer(paced(aimd()), { rtt: 200 })], RATE, BURST, { from: 10_000, until: 40_000 })
  expect(spread.use).toBeGreaterThan(0.9)
  expect(spread.use).toBeGreaterThan(1.5 * unpaced.use)
})

it('gets through a path that lets no more than an amount be in flight', () => {
  let inFlight = 0n
  const leaving: { at: number; amount: bigint }[] = []
  const limit = 7_500n
  const [total] = runPath(
    [payer(aimd())],
    (now, amount) => {
      while (leaving.length > 0 && leaving[0]!.at <= now) inFlight -= leaving.shift()!.amount
      if (inFlight + amount > limit) return 'insufficientLiquidity'
      inFlight += amount
      leaving.push({ at: now + RTT, amount })
      return 'acked'
    },
    { until: 30_000 },
  )
  // Seven whole packets fit at a time.
  const most = (7 * 30_000) / RTT
  expect(total!.acked).toBeGreaterThan(0.8 * most)
  expect(total!.refused).toBeLessThan(0.02 * total!.acked)
})
