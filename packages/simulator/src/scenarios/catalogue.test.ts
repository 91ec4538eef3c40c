import { expect, test } from 'vitest'
import { scenarioNamed, scenarios } from './catalogue.js'

test('every scenario has a name of its own that a file can have', () => {
  const names = scenarios.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names.filter((name) => !/^[\w.-]+$/.test(name))).toEqual([])
})

test('whatever begins or changes does so before the scenario ends, in the order of time', () => {
  for (const { duration, flows, changes = [], hops } of scenarios) {
    const instants = changes.map(({ at }) => at)
    expect(instants).toEqual([...instants].sort((a, b) => a - b))
    for (const at of [...instants, ...flows.map(({ startsAt = 0 }) => startsAt)]) {
      expect(at).toBeLessThan(duration)
    }
    expect(changes.every(({ hop }) => hop < hops.length)).toBe(true)
  }
})

test('a baseline differs from the scenario in refusals only', () => {
  const compared = scenarios.filter(({ baseline }) => baseline !== undefined)
  expect(compared.length).toBeGreaterThan(0)
  for (const { baseline = '', hops, flows, duration, jitter } of compared) {
    expect(scenarioNamed(baseline)).toMatchObject({ hops, flows, duration })
    expect(scenarioNamed(baseline).jitter).toBe(jitter)
  }
})

test('a name that nobody has is answered with those that there are', () => {
  expect(() => scenarioNamed('bucket')).toThrow('scenario is "bucket"; expected one of bucket-5ms, bucket-50ms')
})
