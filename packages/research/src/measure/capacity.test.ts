import { expect, test } from 'vitest'
import { scenario } from '../../test/recordings.js'
import { capacityOf, rateSteps } from './capacity.js'

test('the narrowest of several hops counts, with its burst', () => {
  const hops = [150n, 100n, 120n].map((rate) => ({ liquidity: { rate, burst: rate * 2n } }))
  const capacity = capacityOf(scenario(1000, { hops: [{ maxPacketAmount: 5n }, ...hops] }))
  expect([capacity.unit, capacity.rateAt(0), capacity.burst]).toEqual(['amount', 100, 200])
})

test('packets count where nothing limits money', () => {
  const capacity = capacityOf(scenario(1000, { hops: [{ packetRate: { rate: 30n, burst: 3n } }] }))
  expect([capacity.unit, capacity.rateAt(0), capacity.burst]).toEqual(['packets', 30, 3])
  const unlimited = capacityOf(scenario(1000, { hops: [{}] }))
  expect([unlimited.rateAt(0), rateSteps(unlimited, 1000)]).toEqual([Infinity, []])
})

test('a queue is a limit without a burst', () => {
  const capacity = capacityOf(scenario(1000, { hops: [{ queue: { unitsPerSecond: 500, patience: 10 } }] }))
  expect([capacity.unit, capacity.rateAt(0), capacity.burst]).toEqual(['amount', 500, 0])
})

test('a rate that changes is added up piece by piece; other changes are none', () => {
  const capacity = capacityOf(
    scenario(4000, {
      hops: [{ liquidity: { rate: 100n, burst: 10n } }],
      changes: [
        { at: 1000, hop: 0, limits: { maxPacketAmount: 3n } },
        { at: 2000, hop: 0, limits: { liquidity: { rate: 400n, burst: 10n } } },
      ],
    }),
  )
  expect(capacity.changes).toEqual([2000])
  expect([capacity.rateAt(1999), capacity.rateAt(2000)]).toEqual([100, 400])
  expect(rateSteps(capacity, 4000)).toEqual([
    { at: 0, value: 100 },
    { at: 2000, value: 400 },
    { at: 4000, value: 400 },
  ])
  expect(capacity.between(1000, 3000)).toBe(500)
  expect(capacity.between(3000, 1000)).toBe(0)
})
