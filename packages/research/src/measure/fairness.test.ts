import fc from 'fast-check'
import { expect, test } from 'vitest'
import { flow, recording, times } from '../../test/recordings.js'
import { fairnessOverTime, jainIndex, worstFairness } from './fairness.js'

test('the index is 1 for equal shares and 1/n when one has everything', () => {
  expect(jainIndex([3, 3, 3])).toBe(1)
  expect(jainIndex([0, 0, 5, 0])).toBe(0.25)
  expect(jainIndex([1, 3])).toBe(0.8)
  expect(jainIndex([0, 0])).toBe(1)
})

test('the index lies between 1/n and 1 and does not depend on the unit', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 40 }), (shares) => {
      const index = jainIndex(shares)
      expect(index).toBeGreaterThanOrEqual(1 / shares.length - 1e-9)
      expect(index).toBeLessThanOrEqual(1 + 1e-9)
      expect(jainIndex(shares.map((share) => share * 7))).toBeCloseTo(index)
    }),
  )
})

test('the worst window counts, but none before everybody has settled', () => {
  const unfairAtFirst = [...times(100, 3000), ...times(600, 1000)]
  const unfairLater = [...times(400, 1000), ...times(300, 3000)]
  const even = flow(700, { amountDelivered: times(700, 1000) })
  expect(worstFairness(recording([even, flow(700, { amountDelivered: unfairAtFirst })]))).toBe(1)
  expect(worstFairness(recording([even, flow(700, { amountDelivered: unfairLater })]))).toBeCloseTo(0.8)
})

test('a flow that begins later joins the comparison when it has run for a whole window', () => {
  const early = flow(600, { amountDelivered: times(600, 1000) })
  const late = flow(600, {}, { startedAt: 20_000 })
  const points = fairnessOverTime(recording([early, early, late]))
  expect(points.find(({ at }) => at === 30_000)?.index).toBe(1)
  expect(points.find(({ at }) => at === 50_000)?.index).toBeCloseTo(2 / 3)
})

test('one flow alone is neither fair nor unfair', () => {
  expect(worstFairness(recording([flow(700)]))).toBeUndefined()
})
