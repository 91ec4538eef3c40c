import { expect, it } from 'vitest'
import { bottleneckRate, type CongestionControllerFactory } from '../src/index.js'
import { seededRandom } from '../src/compliance/random-walk.js'
import { liquidityBucket, runPath, type Payer } from './model-path.js'

const SEEDS = [1, 2, 3, 4, 5, 6, 7]
const SECOND = 1000

interface Shared {
  readonly rate: number
  readonly rtts: readonly number[]
  /** When the payers begin; default: by chance in the first half second. */
  readonly startsAt?: readonly number[]
  readonly jitter?: number
  readonly until?: number
}

/** What each payer was delivered in each second. */
function deliveredBySecond(factory: CongestionControllerFactory, shared: Shared, seed: number): number[][] {
  const { rate, rtts, startsAt, jitter = 0.05, until = 60 * SECOND } = shared
  const random = seededRandom(seed)
  const payers = rtts.map((rtt, index): Payer => ({
    controller: factory(0),
    packetAmount: 1000n,
    rtt,
    startsAt: startsAt?.[index] ?? random() * 500,
  }))
  const seconds = rtts.map(() => Array.from({ length: until / SECOND + 1 }, () => 0))
  runPath(payers, liquidityBucket(rate, rate / 10), {
    until,
    jitter: () => random() * jitter,
    onAnswer: ({ payer, at, amount, isAcked }) => {
      if (isAcked) seconds[payer]![Math.floor(at / SECOND)]! += Number(amount)
    },
  })
  return seconds
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!
/** Jain's index: 1 when all have the same, 1 / n when one has everything. */
const jain = (shares: readonly number[]): number => sum(shares) ** 2 / (shares.length * sum(shares.map((x) => x * x)))
const between = (seconds: number[][], from: number, to: number) => seconds.map((each) => sum(each.slice(from, to)))

it.each([
  { name: 'of round trips that vary a little', jitter: 0.05 },
  { name: 'of identical round trips', jitter: 0 },
])('eight payers $name share evenly over any twenty seconds', ({ jitter }) => {
  const worst = SEEDS.map((seed) => {
    const seconds = deliveredBySecond(bottleneckRate(), { rate: 800_000, rtts: Array(8).fill(50), jitter }, seed)
    return Math.min(...Array.from({ length: 31 }, (_, at) => jain(between(seconds, 10 + at, 30 + at))))
  })
  expect(median(worst)).toBeGreaterThan(0.92)
})

it('no payer starves on a bucket of less than a packet for each in a round trip, though all begin at once', () => {
  const shared = { rate: 100_000, rtts: Array(8).fill(50), startsAt: Array(8).fill(0), jitter: 0 }
  const shares = between(deliveredBySecond(bottleneckRate(), shared, 1), 10, 60)
  expect(jain(shares)).toBeGreaterThan(0.85)
  expect(Math.min(...shares)).toBeGreaterThan(sum(shares) / 8 / 3)
})

it.each([100_000, 800_000])('a payer who comes late has four fifths of its share within 20 s (%i a second)', (rate) => {
  const shares = SEEDS.map((seed) => {
    const shared = { rate, rtts: Array(4).fill(50), startsAt: [20 * SECOND, 0, 100, 200] }
    const [late] = between(deliveredBySecond(bottleneckRate(), shared, seed), 30, 60)
    return late! / (rate / 4) / 30
  })
  expect(median(shares)).toBeGreaterThan(0.8)
})

it.each([100_000, 800_000])('payers of 50 and 200 ms share well (%i a second)', (rate) => {
  const indices = SEEDS.map((seed) => {
    const seconds = deliveredBySecond(bottleneckRate(), { rate, rtts: [50, 200], until: 70 * SECOND }, seed)
    return jain(between(seconds, 10, 70))
  })
  expect(median(indices)).toBeGreaterThan(0.8)
})
