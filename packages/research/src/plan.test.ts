import { expect, test } from 'vitest'
import { plan, type PlanOptions } from './plan.js'

const options: PlanOptions = {
  scenarios: ['bucket-50ms', 'jitter', 'queue'],
  controllers: ['bottleneck-rate', 'aimd', 'predecessor'],
  seeds: [1, 2, 3],
  judged: ['bottleneck-rate'],
  otherSeeds: 1,
  cutAt: undefined,
}

const counts = (over: Partial<PlanOptions>): Record<string, number> => {
  const found: Record<string, number> = {}
  for (const { scenario, controller } of plan({ ...options, ...over })) {
    const pair = `${scenario} ${controller}`
    found[pair] = (found[pair] ?? 0) + 1
  }
  return found
}

test('everything runs with all seeds unless controllers are singled out', () => {
  expect(new Set(Object.values(counts({ judged: undefined })))).toEqual(new Set([3]))
})

test('all seeds where something is asked of the controller, or it is compared with; few elsewhere', () => {
  expect(counts({})).toEqual({
    'bucket-50ms bottleneck-rate': 3,
    'bucket-50ms aimd': 1,
    'bucket-50ms predecessor': 3,
    'jitter bottleneck-rate': 1,
    'jitter aimd': 1,
    'jitter predecessor': 1,
    'queue bottleneck-rate': 3,
    'queue aimd': 3,
    'queue predecessor': 1,
  })
})

test('a cut is part of every job', () => {
  expect(plan({ ...options, cutAt: 500 }).every((job) => job.cutAt === 500)).toBe(true)
  expect(plan(options)[0]).toEqual({ controller: 'bottleneck-rate', scenario: 'bucket-50ms', seed: 1 })
})
