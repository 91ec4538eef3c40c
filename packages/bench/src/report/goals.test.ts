import { expect, test } from 'vitest'
import type { Metrics } from '../measure.js'
import type { ScenarioResult } from '../results.js'
import { scenarioNamed, scenarios } from '../scenarios/all.js'
import { goalTable, judge } from './goals.js'

const resultOf = (scenario: string, runs: Record<string, Metrics>): ScenarioResult => ({
  scenario: scenarioNamed(scenario),
  runs: new Map(Object.entries(runs).map(([contender, metrics]) => [contender, [metrics]])),
})

const verdicts = (results: ScenarioResult[], scenario: string) =>
  judge(results)
    .filter((goal) => goal.scenario === scenario)
    .map(({ metric, against, isReached }) => [metric, against, isReached])

test('a ratio is reached when ours is so many times better than each contender it is asked against', () => {
  const money = resultOf('money-zero', {
    ours: { cpu: 50, ownGap: 20 },
    '2.7.2-alpha.3': { cpu: 400 },
    '2.7.1': { cpu: 399 },
    'crypto floor': { cpu: 33.4 },
  })
  expect(verdicts([money], 'money-zero')).toEqual([
    ['cpu', '2.7.2-alpha.3', true],
    ['cpu', '2.7.1', false],
    ['cpu', 'crypto floor', true],
    ['ownGap', undefined, true],
  ])
})

test('values of our own are held against their bound', () => {
  const bucket = resultOf('bucket-50ms', { ours: { utilisation: 94.9, rejects: 2 } })
  expect(verdicts([bucket], 'bucket-50ms')).toEqual([
    ['utilisation', undefined, false],
    ['rejects', undefined, true],
  ])
})

test('what was not measured is neither reached nor missed', () => {
  expect(new Set(judge([]).map(({ isReached }) => isReached))).toEqual(new Set([undefined]))
  const failed = resultOf('money-zero', { ours: {}, '2.7.1': { cpu: 1 } })
  expect(verdicts([failed], 'money-zero').map(([, , isReached]) => isReached)).toEqual(Array(4).fill(undefined))
  expect(goalTable([])).not.toMatch(/pass|FAIL/)
})

test('every figure names a scenario, a metric and a contender that exist', () => {
  for (const { scenario: name, metric, against } of judge([])) {
    const scenario = scenarios.find((candidate) => candidate.name === name)
    expect(scenario?.metrics.map((info) => info.name)).toContain(metric)
    expect(scenario?.contenders).toContain(against ?? 'ours')
  }
})
