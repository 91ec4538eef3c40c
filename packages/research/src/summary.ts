import { scenarioNamed } from '@stream/simulator/scenarios'
import type { RunResult } from './job.js'
import { metrics } from './measure/metrics.js'

/** One figure of one controller in one scenario, over all seeds. */
export interface SummaryEntry {
  readonly controller: string
  readonly scenario: string
  readonly metric: string
  readonly seeds: number
  readonly median: number
  readonly least: number
  readonly greatest: number
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** Throughput over that of the same controller and seed where nothing is refused by chance. */
const RELATIVE = 'relative-throughput'

/** Every metric of a report, in its order. */
export const metricNames: readonly string[] = metrics.flatMap(({ name }) =>
  name === 'throughput' ? [name, RELATIVE] : [name],
)

export const titleOf = (name: string): string =>
  name === RELATIVE
    ? 'of what the controller delivers without refusals by chance'
    : (metrics.find((metric) => metric.name === name)?.title ?? name)

export const formatValue = (name: string, value: number): string => {
  const metric = metrics.find((one) => one.name === (name === RELATIVE ? 'utilisation' : name))
  return metric === undefined ? String(value) : metric.format(value)
}

/** The results with what can only be said by comparing two of them. */
export const withComparisons = (results: readonly RunResult[]): readonly RunResult[] => {
  const find = (controller: string, scenario: string, seed: number) =>
    results.find((one) => one.controller === controller && one.scenario === scenario && one.seed === seed)
  return results.map((result) => {
    const { baseline } = scenarioNamed(result.scenario)
    const throughput = result.metrics['throughput']
    const without = baseline && find(result.controller, baseline, result.seed)?.metrics['throughput']
    if (throughput === undefined || without === undefined || without === '' || without === 0) return result
    return { ...result, metrics: { ...result.metrics, [RELATIVE]: throughput / without } }
  })
}

/** Medians over seeds, in the order of scenarios and controllers in `results`. */
export const summarise = (results: readonly RunResult[]): readonly SummaryEntry[] => {
  const values = new Map<string, { readonly of: RunResult; readonly metric: string; readonly all: number[] }>()
  for (const result of withComparisons(results)) {
    for (const metric of metricNames) {
      const value = result.metrics[metric]
      if (value === undefined) continue
      const key = [result.scenario, result.controller, metric].join('|')
      const entry = values.get(key) ?? { of: result, metric, all: [] }
      entry.all.push(value)
      values.set(key, entry)
    }
  }
  return [...values.values()].map(({ of, metric, all }) => ({
    controller: of.controller,
    scenario: of.scenario,
    metric,
    seeds: all.length,
    median: median(all),
    least: Math.min(...all),
    greatest: Math.max(...all),
  }))
}
