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
  /** Processes per contender, alternating; `quick: 0`: not part of a quick run. */
  readonly rounds: { readonly full: number; readonly quick: number }
  /** The processes of a round run side by side: only where neither time nor CPU is measured, or hardly any is used. */
  readonly isSideBySide?: boolean
  /** Of the process. */
  readonly nodeOptions?: readonly string[]
}
