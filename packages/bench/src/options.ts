import { parseArgs } from 'node:util'
import type { Section } from './report/section.js'
import type { Effort } from './run-scenarios.js'
import { scenarioNamed, scenarios } from './scenarios/all.js'
import type { Scenario } from './scenarios/scenario.js'

export interface BenchOptions {
  readonly parts: ReadonlySet<Section['name']>
  readonly scenarios: readonly Scenario[]
  readonly effort: Effort
  /** Where tables, JSON and plots go. */
  readonly out: string
  /** Whether docs/PERFORMANCE.md is renewed too. */
  readonly isDocumented: boolean
}

export const USAGE = `npm run bench -- [--quick] [--rounds n] [--out folder] [--document] [scenario ...]
npm run bench -- --growth      how cost grows with packets, streams, connections and round trip
npm run bench -- --profile     where the time goes
npm run bench -- --document    all three, into docs/PERFORMANCE.md; with one of them: only that one

Scenarios: ${scenarios.map(({ name }) => name).join(' ')}`

const FULL = { warmUp: 1200, measured: 1200 }
const QUICK = { warmUp: 700, measured: 600 }

/** @throws when an option is unknown or a scenario does not exist. */
export function parseOptions(args: string[]): BenchOptions | 'help' {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      document: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      out: { type: 'string', default: 'bench-results' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1)) {
    throw new Error(`--rounds must be 1 or more, got ${values.rounds}`)
  }
  const parts = new Set<Section['name']>()
  if (values.growth) parts.add('growth')
  if (values.profile) parts.add('profile')
  if (positionals.length > 0 || parts.size === 0) parts.add('results')
  if (values.document && positionals.length > 0) throw new Error('--document takes all scenarios, not some')
  if (values.document && !values.growth && !values.profile) parts.add('growth').add('profile')
  const all = values.quick ? scenarios.filter((scenario) => scenario.rounds.quick > 0) : scenarios
  return {
    parts,
    scenarios: positionals.length > 0 ? positionals.map(scenarioNamed) : all,
    effort: { isQuick: values.quick, rounds, spans: values.quick ? QUICK : FULL },
    out: values.out,
    isDocumented: values.document,
  }
}
