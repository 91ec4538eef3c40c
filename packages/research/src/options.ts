import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { scenarios } from '@stream/simulator/scenarios'

/** What the command line asks for. */
export interface BenchOptions {
  /** Names; `undefined`: all. */
  readonly controllers: readonly string[] | undefined
  readonly scenarios: readonly string[]
  readonly seeds: readonly number[]
  /** Controllers that need all seeds, and those only where they have targets; `undefined`: everything does. */
  readonly judged: readonly string[] | undefined
  /** Seeds of the rest. */
  readonly otherSeeds: number
  /** Threads besides this one; 0: everything runs in this one. */
  readonly workers: number
  /** Folder for everything that is written. */
  readonly out: string
  /** Keep the runs that the folder has already. */
  readonly resume: boolean
  /** Virtual milliseconds after which each scenario is cut short; `undefined`: none is. */
  readonly cutAt: number | undefined
  /** Modules with controllers of one's own. */
  readonly controllerModules: readonly string[]
  /** Folder for what the documentation has: a few plots as SVG files, tables as Markdown; `undefined`: none. */
  readonly figures: string | undefined
}

/** The command line asks for something that there is not. */
export class BenchUsageError extends Error {
  override readonly name = 'BenchUsageError'
}

export const HELP = `Runs congestion controllers through scenarios, in virtual time, and reports what they did.

  npm run research -- [options]

  --controllers a,b        Default: all. --list names them.
  --scenarios a,b*         Default: all; a star stands for any ending. --list names them.
  --seeds 5 | 3,7 | 1-20   How many, or which. Default 5, that is 1-5.
  --judge a,b              Only these run with all seeds, where they have targets; whoever they are compared with too.
  --other-seeds n          How many of the seeds the rest runs with then. Default 1.
  --workers n              Threads. Default: one per processor, less one; 0 runs everything in the main thread.
  --out folder             Default research-results. Holds runs.jsonl, summary.csv, series.csv and report.html.
  --resume                 Keep the runs that the folder has, as long as code and scenario are the same.
  --quick                  Four scenarios of at most 20 s, one seed: to see whether it works.
  --controller-module path A module with controllers of your own: each function that it exports is called and gives
                           a CongestionControllerFactory. May be given more than once.
  --figures folder         Write what the documentation shows: a few plots as SVG, tables as Markdown.
  --list                   Names of controllers and scenarios.
  --help
`

const QUICK = { scenarios: ['bucket-50ms', 'refusals-1-percent', 'competitors-2', 'queue'], cutAt: 20_000, seeds: [1] }

export type Command =
  | { readonly command: 'help' }
  | { readonly command: 'list' }
  | { readonly command: 'run'; readonly options: BenchOptions }

/** @throws {BenchUsageError} naming the option, what it was and what was expected. */
export const readOptions = (args: readonly string[]): Command => {
  const { values } = parse(args)
  if (values.help === true) return { command: 'help' }
  if (values.list === true) return { command: 'list' }
  const quick = values.quick === true
  const options: BenchOptions = {
    controllers: values.controllers?.split(',').filter((name) => name !== ''),
    scenarios: values.scenarios === undefined && quick ? QUICK.scenarios : matching(values.scenarios ?? '*'),
    seeds: values.seeds === undefined ? (quick ? QUICK.seeds : readSeeds('5')) : readSeeds(values.seeds),
    judged: values.judge?.split(',').filter((name) => name !== ''),
    otherSeeds: values['other-seeds'] === undefined ? 1 : wholeNumber('other-seeds', values['other-seeds']),
    workers:
      values.workers === undefined ? Math.max(1, availableParallelism() - 1) : wholeNumber('workers', values.workers),
    out: values.out ?? 'research-results',
    resume: values.resume === true,
    cutAt: quick ? QUICK.cutAt : undefined,
    controllerModules: values['controller-module'] ?? [],
    figures: values.figures,
  }
  return { command: 'run', options }
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        controllers: { type: 'string' },
        scenarios: { type: 'string' },
        seeds: { type: 'string' },
        judge: { type: 'string' },
        'other-seeds': { type: 'string' },
        workers: { type: 'string' },
        out: { type: 'string' },
        resume: { type: 'boolean' },
        quick: { type: 'boolean' },
        'controller-module': { type: 'string', multiple: true },
        figures: { type: 'string' },
        list: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new BenchUsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

const wholeNumber = (option: string, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new BenchUsageError(`--${option} is ${text}; expected a whole number`)
  return Number(text)
}

/** `5` is 1 to 5; `3-6` is 3, 4, 5, 6; `3,7` is 3 and 7. */
const readSeeds = (text: string): readonly number[] => {
  if (text.includes(',')) return text.split(',').map((seed) => wholeNumber('seeds', seed))
  const [, from = '1', to] = /^(?:(\d{1,9})-)?(\d{1,9})$/.exec(text) ?? []
  const seeds = Array.from(
    { length: Math.max(0, Number(to ?? 0) - Number(from) + 1) },
    (_, index) => Number(from) + index,
  )
  if (seeds.length > 0) return seeds
  throw new BenchUsageError(`--seeds is ${text}; expected how many (5), which (3,7) or from-to (1-20)`)
}

const matching = (text: string): readonly string[] => {
  const patterns = text.split(',').filter((pattern) => pattern !== '')
  const names = scenarios.map(({ name }) => name)
  const fits = (pattern: string, name: string): boolean =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
  for (const pattern of patterns) {
    if (names.some((name) => fits(pattern, name))) continue
    throw new BenchUsageError(`--scenarios names ${pattern}; there are ${names.join(', ')}`)
  }
  return names.filter((name) => patterns.some((pattern) => fits(pattern, name)))
}
