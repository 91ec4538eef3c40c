import type { Metrics, Spans } from '../measure.js'

/** One column of the report. */
export interface MetricInfo {
  readonly name: string
  readonly unit: string
  readonly better: 'more' | 'less'
}

export interface Scenario {
  readonly name: string
  readonly title: string
  /** Who takes part; the first is ours, ratios are against the others. */
  readonly contenders: readonly string[]
  readonly metrics: readonly MetricInfo[]
  /** Once per process. */
  run(contender: string, spans: Spans): Promise<Metrics>
  /** Part of a quick run too. */
  readonly quick: boolean
  /** Processes per contender at most, for runs that take long. */
  readonly maxRounds?: number
  /** Of the process. */
  readonly nodeOptions?: readonly string[]
}
