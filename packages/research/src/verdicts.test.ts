import { expect, test } from 'vitest'
import { result } from '../test/results.js'
import { summarise } from './summary.js'
import { verdictLines, verdictsOn } from './verdicts.js'

const controller = 'bottleneck-rate'
const used = (utilisation: number) => result({ controller, metrics: { utilisation } })
const waits = (name: string, delay: number) =>
  result({ controller: name, scenario: 'queue', metrics: { 'queueing-delay': delay } })

test('a line for each target says whether the median reaches it', () => {
  const summary = summarise([used(0.97), result({ controller, metrics: { 'rejects-per-100': 2.5 } })])
  expect(verdictLines(controller, verdictsOn(controller, summary))).toBe(
    `bottleneck-rate: 1 of 2 targets reached
pass  bucket-50ms utilisation ≥ 95.0 %: 97.0 %, median of 1
FAIL  bucket-50ms rejects-per-100 ≤ 2.00: 2.50, median of 1
`,
  )
})

test('the median over the seeds counts, not the best', () => {
  const seeds = [0.99, 0.9, 0.91].map((utilisation, index) => ({ ...used(utilisation), seed: index + 1 }))
  expect(verdictsOn(controller, summarise(seeds))).toEqual([
    { holds: false, text: 'bucket-50ms utilisation ≥ 95.0 %: 91.0 %, median of 3' },
  ])
})

test.each([
  [24, true],
  [26, false],
])('a delay of %i ms where the other has 100 is compared with a quarter of it', (delay, holds) => {
  const summary = summarise([waits(controller, delay), waits('aimd', 100)])
  expect(verdictsOn(controller, summary).map((verdict) => verdict.holds)).toEqual([holds])
})

test('what was not measured is not judged', () => {
  expect(verdictsOn(controller, summarise([waits(controller, 10)]))).toEqual([])
  expect(verdictsOn('aimd', summarise([used(0.97)]))).toEqual([])
})

test('a burst larger than that of the bucket is missed in every scenario', () => {
  const summary = summarise([result({ controller, scenario: 'two-hops', metrics: { 'longest-burst': 1.5 } })])
  expect(verdictsOn(controller, summary).map(({ holds }) => holds)).toEqual([false])
})
