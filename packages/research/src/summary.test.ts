import { expect, test } from 'vitest'
import { result } from '../test/results.js'
import { formatValue, median, summarise } from './summary.js'

test('the median of an even number of values lies between the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([9, 1, 5, 7])).toBe(6)
})

test('each controller has its median and range in each scenario', () => {
  const results = [0.9, 0.5, 0.7].map((utilisation, index) => result({ seed: index + 1, metrics: { utilisation } }))
  const other = result({ controller: 'cubic', metrics: { utilisation: 1 } })
  expect(summarise([...results, other])).toEqual([
    {
      controller: 'aimd',
      scenario: 'bucket-50ms',
      metric: 'utilisation',
      seeds: 3,
      median: 0.7,
      least: 0.5,
      greatest: 0.9,
    },
    { controller: 'cubic', scenario: 'bucket-50ms', metric: 'utilisation', seeds: 1, median: 1, least: 1, greatest: 1 },
  ])
})

test('refusals by chance are judged against the same controller and seed without them', () => {
  const throughputs = [
    result({ seed: 1, metrics: { throughput: 100 } }),
    result({ seed: 2, metrics: { throughput: 200 } }),
    result({ scenario: 'refusals-1-percent', seed: 1, metrics: { throughput: 90 } }),
    result({ scenario: 'refusals-1-percent', seed: 2, metrics: { throughput: 100 } }),
  ]
  const relative = summarise(throughputs).find(({ metric }) => metric === 'relative-throughput')
  expect(relative).toMatchObject({ scenario: 'refusals-1-percent', median: 0.7, least: 0.5, greatest: 0.9 })
  expect(summarise(throughputs.slice(2)).map(({ metric }) => metric)).toEqual(['throughput'])
})

test('values are printed in the unit of their metric', () => {
  expect(formatValue('utilisation', 0.987)).toBe('98.7 %')
  expect(formatValue('relative-throughput', 0.5)).toBe('50.0 %')
  expect(formatValue('late-comer-seconds', 12.34)).toBe('12.3 s')
})
