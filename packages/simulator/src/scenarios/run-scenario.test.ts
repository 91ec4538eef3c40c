import { nodeCrypto } from '@stream/crypto/node'
import { aimd, bottleneckRate, fixedWindow, paced } from '@stream/flow'
import { expect, test } from 'vitest'
import { scenarioNamed } from './catalogue.js'
import { runScenario, type Recording } from './run-scenario.js'
import type { Scenario } from './scenario.js'

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** A scenario of the catalogue, cut short. */
const short = (name: string, duration: number, over: Partial<Scenario> = {}): Scenario => {
  return { ...scenarioNamed(name), duration, ...over }
}

const run = (scenario: Scenario, seed = 1, congestion = paced(aimd())): Recording =>
  runScenario(scenario, { congestion, seed, crypto: nodeCrypto })

test('the same seed gives the same recording, and another one another', () => {
  const scenario = short('refusals-5-percent', 3000, { jitter: 10 })
  const first = run(scenario)
  expect(run(scenario)).toEqual(first)
  expect(run(scenario, 2).flows).not.toEqual(first.flows)
})

test('other ciphers of the same kind change nothing', () => {
  const scenario = short('bucket-50ms', 1000)
  expect(runScenario(scenario, { congestion: aimd() })).toEqual(run(scenario, 1, aimd()))
})

test('what leaves is delivered, refused or still in flight', () => {
  // No limit of the packet amount: an F08, which says nothing about congestion, would be missing from the sum.
  const flow = { roundTrip: 50, load: { amount: 900n, interval: 5 } }
  const { flows } = run(short('bucket-no-packet-limit', 5000, { flows: [flow] }))
  const [{ series }] = flows as [Recording['flows'][number]]
  const refused = sum(series.insufficientLiquidity) + sum(series.busy) + sum(series.lost)
  const inFlight = series.inFlightPackets.at(-1) ?? 0
  expect(sum(series.packetsSent)).toBe(sum(series.packetsDelivered) + refused + inFlight)
  expect(sum(series.insufficientLiquidity)).toBeGreaterThan(0)
  expect(sum(series.amountDelivered)).toBeGreaterThan(0)
  expect(sum(series.amountDelivered)).toBeLessThanOrEqual(100_000 * 5 + 10_000)
})

test('an answer takes one round trip, which the seed varies a little', () => {
  for (const seed of [1, 2, 3]) {
    const [flow] = run(short('bucket-200ms', 2000), seed).flows
    expect(Math.abs((flow?.roundTrip ?? 0) - 200)).toBeLessThanOrEqual(4)
    expect(Math.max(...(flow?.series.longestAnswerTime ?? []))).toBeCloseTo(flow?.roundTrip ?? 0)
  }
})

test('a limit that changes is felt', () => {
  const changes = [{ at: 2000, hop: 0, limits: { liquidity: { rate: 10_000n, burst: 1000n } } }]
  const scenario = short('bucket-50ms', 4000, { changes, sampleInterval: 2000 })
  const [flow] = run(scenario).flows
  const [before = 0, after = 0] = flow?.series.amountDelivered ?? []
  expect(before).toBeGreaterThan(40_000)
  expect(after).toBeLessThan(25_000)
  expect(after).toBeGreaterThan(0)
})

test('a path that queues makes packets wait, and refuses nobody until its patience ends', () => {
  const [flow] = run(short('queue', 3000), 1, fixedWindow({ packets: 30 })).flows
  expect(flow?.series.longestAnswerTime.at(-1)).toBeGreaterThan(200)
  expect(sum(flow?.series.insufficientLiquidity ?? [])).toBe(0)
})

test('data and regular payments move as well as money without end', () => {
  const scenario = short('data-and-money', 3000, {
    flows: [
      { roundTrip: 50, load: 'data' },
      { roundTrip: 50, load: { amount: 70n, interval: 500 } },
    ],
  })
  const [data, payments] = run(scenario, 1, bottleneckRate()).flows
  expect(sum(data?.series.packetsDelivered ?? [])).toBeGreaterThan(100)
  expect(sum(data?.series.amountDelivered ?? [])).toBe(0)
  expect(sum(data?.series.bytesDelivered ?? [])).toBeGreaterThan(100 * 30_000)
  expect(sum(payments?.series.bytesDelivered ?? [])).toBe(0)
  expect(sum(payments?.series.amountDelivered ?? [])).toBe(70 * 6)
})

test('a flow begins when it is due', () => {
  const scenario = short('late-comer', 3000, { flows: [{ roundTrip: 100 }, { roundTrip: 100, startsAt: 2000 }] })
  const [first, late] = run(scenario).flows
  expect(first?.startedAt).toBeLessThan(102)
  expect(late?.startedAt).toBeGreaterThanOrEqual(2000)
  expect(sum(late?.series.packetsSent.slice(0, 20) ?? [1])).toBe(0)
  expect(sum(late?.series.packetsSent ?? [])).toBeGreaterThan(0)
})

test('a connection that cannot go on says why', () => {
  const scenario = short('bucket-50ms', 120_000, { hops: [{ maxPacketAmount: 0n }], sampleInterval: 1000 })
  expect(run(scenario).flows[0]?.ended).toBeDefined()
})
