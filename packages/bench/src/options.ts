import { parseArgs } from 'node:util'
import type { Spans } from './measure.js'
import { scenarioNamed, scenarios } from './scenarios/all.js'
import type { Scenario } from './scenarios/scenario.js'

export interface BenchOptions {
  readonly scenarios: readonly Scenario[]
  /** Processes per contender, alternating. */
  readonly rounds: number
  readonly spans: Spans
  /** Where results.json, results.md and the plots go. */
  readonly out: string
}

export const USAGE = `npm run bench -- [--quick] [--rounds n] [--out folder] [scenario ...]

Scenarios: ${scenarios.map(({ name }) => name).join(' ')}`

const FULL = { rounds: 4, spans: { warmUp: 1200, measured: 1500 } }
const QUICK = { rounds: 2, spans: { warmUp: 1000, measured: 800 } }

/** @throws when an option is unknown or a scenario does not exist. */
export function parseOptions(args: string[]): BenchOptions | 'help' {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      out: { type: 'string', default: 'bench-results' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const { rounds, spans } = values.quick ? QUICK : FULL
  const chosen = values.rounds === undefined ? rounds : Number(values.rounds)
  if (!Number.isInteger(chosen) || chosen < 1) throw new Error(`--rounds must be 1 or more, got ${values.rounds}`)
  const all = values.quick ? scenarios.filter(({ quick }) => quick) : scenarios
  return {
    scenarios: positionals.length > 0 ? positionals.map(scenarioNamed) : all,
    rounds: chosen,
    spans,
    out: values.out,
  }
}
