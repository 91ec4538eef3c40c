import { describe, expect, test } from 'vitest'
import type { Metrics } from './measure.js'
import { summarise, type ScenarioResult } from './results.js'
import { tables } from './report/table.js'

const resultOf = (ours: Metrics[], theirs: Metrics[]): ScenarioResult => ({
  scenario: {
    name: 'test',
    title: 'Test',
    contenders: ['ours', 'theirs'],
    metrics: [
      { name: 'rate', unit: 'packets/s', better: 'more' },
      { name: 'cpu', unit: 'µs', better: 'less' },
    ],
    rounds: { full: 1, quick: 1 },
    run: () => Promise.reject(new Error('not run here')),
  },
  runs: new Map([
    ['ours', ours],
    ['theirs', theirs],
  ]),
})

const result = resultOf(
  [
    { rate: 100, cpu: 10 },
    { rate: 300, cpu: 30 },
    { rate: 80, cpu: 10 },
  ],
  [
    { rate: 10, cpu: 100 },
    { rate: 10, cpu: 60 },
    { rate: 10, cpu: 80 },
  ],
)

describe('a summary', () => {
  test('holds the median and the range of all rounds', () => {
    expect(summarise(result, 'ours', 'rate')).toEqual({ median: 100, min: 80, max: 300, oursIsBetter: undefined })
  })

  test('compares within a round, so that what slowed the machine slowed both', () => {
    expect(summarise(result, 'theirs', 'rate')?.oursIsBetter).toEqual({ median: 10, min: 8, max: 30 })
  })

  test('says how many times less where less is better', () => {
    expect(summarise(result, 'theirs', 'cpu')?.oursIsBetter).toEqual({ median: 8, min: 2, max: 10 })
  })

  test('leaves out the rounds in which a run failed, and still compares the others with their own round', () => {
    const failed = resultOf([{ cpu: 10 }, {}, { cpu: 5 }], [{ cpu: 20 }, { cpu: 1000 }, { cpu: 20 }])
    expect(summarise(failed, 'theirs', 'cpu')?.oursIsBetter).toEqual({ median: 3, min: 2, max: 4 })
    expect(summarise(failed, 'ours', 'cpu')?.median).toBe(7.5)
  })

  test('is absent for a metric that a contender does not have', () => {
    expect(summarise(resultOf([{ cpu: 1 }], [{}]), 'theirs', 'rate')).toBeUndefined()
  })
})

test('the table has a row for each contender and a ratio for all but ours', () => {
  const rows = tables([result]).split('\n').slice(4)
  expect(rows.map((row) => row.split('|').map((cell) => cell.trim()))).toEqual([
    ['', 'ours', '100 (80–300)', '', '10 (10–30)', '', ''],
    ['', 'theirs', '10', '10× (8–30)', '80 (60–100)', '8× (2–10)', ''],
  ])
})
