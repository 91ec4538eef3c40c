import { nodeCrypto } from '@stream/crypto/node'
import { runScenario, scenarioNamed, type Scenario } from '@stream/simulator/scenarios'
import type { ControllerChoice } from './controllers.js'
import { measureAll } from './measure/metrics.js'
import { plotSeriesOf, type PlotSeries } from './measure/plot-series.js'

/** One run to do; plain data, so that it can be handed to a worker. */
export interface Job {
  readonly controller: string
  readonly scenario: string
  readonly seed: number
  /** Virtual milliseconds after which the scenario is cut short; `undefined`: it is not. */
  readonly cutAt?: number
}

/** What came of it, as it is stored: one line of `runs.jsonl`. */
export interface RunResult extends Job {
  readonly metrics: Readonly<Record<string, number>>
  readonly series: PlotSeries
}

export const jobKey = ({ controller, scenario, seed, cutAt }: Job): string =>
  [controller, scenario, seed, cutAt ?? ''].join('|')

/** The scenario of a job. What would happen after a cut is left out. */
export const scenarioOf = ({ scenario: name, cutAt = Infinity }: Pick<Job, 'scenario' | 'cutAt'>): Scenario => {
  const scenario = scenarioNamed(name)
  if (cutAt >= scenario.duration) return scenario
  return { ...scenario, duration: cutAt, changes: (scenario.changes ?? []).filter(({ at }) => at < cutAt) }
}

export const runJob = (job: Job, controllers: Readonly<Record<string, ControllerChoice>>): RunResult => {
  const scenario = scenarioOf(job)
  const choice = controllers[job.controller]
  if (choice === undefined) throw new Error(`no controller is named ${job.controller}`)
  const recording = runScenario(scenario, { congestion: choice(scenario), seed: job.seed, crypto: nodeCrypto })
  return { ...job, metrics: measureAll(recording), series: plotSeriesOf(recording) }
}
