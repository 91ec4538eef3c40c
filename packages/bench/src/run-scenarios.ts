import type { Metrics, Spans } from './measure.js'
import type { ScenarioResult } from './results.js'
import { runWorker } from './run-worker.js'
import type { Scenario } from './scenarios/scenario.js'

export interface Effort {
  readonly isQuick: boolean
  /** Processes per contender, instead of what each scenario wants. */
  readonly rounds?: number | undefined
  readonly spans: Spans
}

/** All scenarios, one after the other. A run that fails is left out and makes the whole run fail in the end. */
export async function runScenarios(scenarios: readonly Scenario[], effort: Effort): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = []
  for (const scenario of scenarios) {
    process.stderr.write(`${scenario.name} `)
    const started = performance.now()
    const rounds = effort.rounds ?? Math.max(1, scenario.rounds[effort.isQuick ? 'quick' : 'full'])
    results.push({ scenario, runs: await alternate(scenario, rounds, effort.spans) })
    process.stderr.write(` ${((performance.now() - started) / 1000).toFixed(0)} s\n`)
  }
  return results
}

/** One process after the other, and in each round the other way round, so that what the machine does meets all alike. */
async function alternate(scenario: Scenario, rounds: number, spans: Spans): Promise<ScenarioResult['runs']> {
  const runs = new Map<string, Metrics[]>(scenario.contenders.map((contender) => [contender, []]))
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? scenario.contenders : [...scenario.contenders].reverse()
    if (scenario.isSideBySide === true) {
      const all = await Promise.all(order.map((contender) => attempt(scenario, contender, spans)))
      for (const [place, contender] of order.entries()) runs.get(contender)!.push(all[place]!)
    } else {
      for (const contender of order) runs.get(contender)!.push(await attempt(scenario, contender, spans))
    }
  }
  return runs
}

async function attempt(scenario: Scenario, contender: string, spans: Spans): Promise<Metrics> {
  const { name, nodeOptions } = scenario
  try {
    const metrics = await runWorker<Metrics>({ name, contender, spans, nodeOptions })
    process.stderr.write('.')
    return metrics
  } catch (error) {
    // The others' numbers still count; the run as a whole has failed.
    process.exitCode = 1
    console.error(`\n${error instanceof Error ? error.message : String(error)}`)
    return {}
  }
}
