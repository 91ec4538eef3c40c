import type { Metrics } from './measure.js'
import type { Scenario } from './scenarios/scenario.js'

/** All runs of one scenario: per contender, its metrics in the order of the rounds. */
export interface ScenarioResult {
  readonly scenario: Scenario
  readonly runs: ReadonlyMap<string, readonly Metrics[]>
}

/** One cell of the report. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  /** How many times better ours is: the median over rounds of the ratios within a round, and their range. */
  readonly oursIsBetter?: { readonly median: number; readonly min: number; readonly max: number } | undefined
}

export function summarise({ scenario, runs }: ScenarioResult, contender: string, metric: string): Summary | undefined {
  const all = valuesOf(runs, contender, metric)
  const values = all.filter((value) => value !== undefined)
  if (values.length === 0) return undefined
  const ours = scenario.contenders[0]!
  const better = scenario.metrics.find(({ name }) => name === metric)!.better
  const own = contender === ours ? [] : valuesOf(runs, ours, metric)
  const ratios = own.flatMap((value, round) => {
    const other = all[round]
    if (value === undefined || other === undefined || value <= 0 || other <= 0) return []
    return [better === 'less' ? other / value : value / other]
  })
  return { ...rangeOf(values), oursIsBetter: ratios.length === 0 ? undefined : rangeOf(ratios) }
}

/** By round; `undefined` where a run failed. */
function valuesOf(runs: ScenarioResult['runs'], contender: string, metric: string): (number | undefined)[] {
  return (runs.get(contender) ?? []).map((metrics) => metrics[metric])
}

function rangeOf(values: readonly number[]): { median: number; min: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
  return { median, min: sorted[0]!, max: sorted.at(-1)! }
}
