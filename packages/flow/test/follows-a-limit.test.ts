import { expect, it } from 'vitest'
import { aimd, bottleneckRate, paced, type CongestionControllerFactory } from '../src/index.js'
import { seededRandom } from '../src/compliance/random-walk.js'
import { liquidityBucket, queue, runPath, type Policy } from './model-path.js'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9]
const LOW = 100_000
const HIGH = 400_000
const CHANGE = 20_000

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!

function carried(factory: CongestionControllerFactory, policy: Policy, rtt: number, seed: number, from: number) {
  const random = seededRandom(seed)
  const [total] = runPath([{ controller: factory(0), packetAmount: 1000n, rtt }], policy, {
    from: CHANGE + from * rtt,
    until: CHANGE + (from + 40) * rtt,
    jitter: () => random() * 0.02,
  })
  const perSecond = Number(total!.delivered) / ((40 * rtt) / 1000)
  return { perSecond, refusals: (total!.refused / total!.acked) * 100 }
}

it.each([50, 200])('ten round trips of %i ms after the rate fell to a quarter it is used again', (rtt) => {
  const runs = SEEDS.map((seed) => {
    const bucket = liquidityBucket((now) => (now < CHANGE ? HIGH : LOW), 10_000)
    return carried(bottleneckRate(), bucket, rtt, seed, 10)
  })
  expect(median(runs.map(({ perSecond }) => perSecond))).toBeGreaterThan(0.9 * LOW)
  expect(median(runs.map(({ refusals }) => refusals))).toBeLessThan(5)
})

it.each([50, 200])('twenty round trips of %i ms after the rate rose to four times most of it is used', (rtt) => {
  const runs = SEEDS.map((seed) => {
    const bucket = liquidityBucket((now) => (now < CHANGE ? LOW : HIGH), 10_000)
    return carried(bottleneckRate(), bucket, rtt, seed, 20).perSecond
  })
  expect(median(runs)).toBeGreaterThan(0.8 * HIGH)
})

it('keeps a queue a quarter as long as aimd does, and the path as busy', () => {
  const waits = (factory: CongestionControllerFactory) => {
    const [total] = runPath([{ controller: factory(0), packetAmount: 1000n, rtt: 50 }], queue(LOW, 20_000), {
      from: 1000,
      until: 30_000,
    })
    return { wait: total!.waited / total!.acked, use: Number(total!.delivered) / (LOW * 29) }
  }
  const byRate = waits(bottleneckRate())
  expect(byRate.wait).toBeLessThan(waits(paced(aimd())).wait / 4)
  expect(byRate.use).toBeGreaterThan(0.95)
})

it('lets no burst leave that a bucket of a few packets would refuse, once the path is known', () => {
  const arrivals: number[] = []
  const bucket = liquidityBucket(1_000_000, 100_000)
  const watched: Policy = (now, amount, payer) => {
    if (now > 2000) arrivals.push(now)
    return bucket(now, amount, payer)
  }
  runPath([{ controller: bottleneckRate()(0), packetAmount: 1000n, rtt: 50 }], watched, { until: 10_000 })
  // A packet each millisecond: five of them take four on average, and never less than half of that.
  const fives = arrivals.slice(5).map((at, index) => at - arrivals[index]!)
  expect(Math.min(...fives)).toBeGreaterThan(1.5)
})
