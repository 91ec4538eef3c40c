import { expect, test } from 'vitest'
import { flow, recording, times } from '../../test/recordings.js'
import { maxBetween, refusedPer100, settledAt, spanBetween, sumBetween, usedBetween } from './samples.js'

test('only samples that lie wholly between two instants count', () => {
  const values = [1, 2, 4, 8]
  expect(sumBetween(values, 100, 0, 400)).toBe(15)
  expect(sumBetween(values, 100, 50, 350)).toBe(6)
  expect(sumBetween(values, 100, 300, 10_000)).toBe(8)
  expect(maxBetween(values, 100, 0, 300)).toBe(4)
  expect(maxBetween(values, 100, 300, 300)).toBe(0)
  expect(spanBetween(100, 50, 350)).toBe(200)
})

test('what was used is what was delivered of what could have passed', () => {
  const half = recording([flow(10, { amountDelivered: times(10, 5000) })])
  expect(usedBetween(half, 0, 1000)).toBe(0.5)
  const byTwo = recording([1, 2].map(() => flow(10, { amountDelivered: times(10, 5000) })))
  expect(usedBetween(byTwo, 200, 800)).toBe(1)
})

test('refusals of every kind count, per hundred packets delivered', () => {
  const one = flow(10, {
    packetsDelivered: times(10, 20),
    insufficientLiquidity: times(10, 1),
    busy: times(10, 2),
    lost: times(10, 3),
  })
  expect(refusedPer100(recording([one]), 0, 1000)).toBe(30)
  expect(refusedPer100(recording([flow(10, { busy: times(10, 1) })]), 0, 1000)).toBe(1000)
})

test('ten round trips of the slowest flow that begins at the beginning are for starting up', () => {
  const flows = [flow(10), flow(10, {}, { roundTrip: 200 }), flow(10, {}, { startedAt: 500, roundTrip: 900 })]
  expect(settledAt(recording(flows))).toBe(2000)
})
