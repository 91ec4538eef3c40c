import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { scenarios } from '@stream/simulator/scenarios'
import { codeFingerprint } from './code-fingerprint.js'
import { controllersOf } from './controller-module.js'
import { DEFAULT_CONTROLLER } from './controllers.js'
import { runsCsv, seriesCsv, summaryCsv } from './csv.js'
import type { RunResult } from './job.js'
import { BenchUsageError, type BenchOptions } from './options.js'
import { plan } from './plan.js'
import { ProgressBar, type ProgressOutput } from './progress-bar.js'
import { figures } from './report/figures.js'
import { markdownResults } from './report/markdown.js'
import { page } from './report/page.js'
import { textTable } from './report/text-table.js'
import { ResultStore } from './result-store.js'
import { runAll } from './run-all.js'
import { summarise } from './summary.js'
import { verdictLines, verdictsOn } from './verdicts.js'

export interface BenchSurroundings {
  /** Where progress is shown. */
  readonly progress: ProgressOutput
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number
}

export interface BenchOutcome {
  readonly results: readonly RunResult[]
  /** How many were run now, and not taken over from before. */
  readonly ran: number
  /** The figures that have targets, as text. */
  readonly table: string
  /** A line for each target of the judged controllers, or of the default: reached or not. */
  readonly verdicts: string
  readonly report: string
}

/** Runs what is asked for and not there yet, and writes everything to the folder. */
export const runBench = async (options: BenchOptions, { progress, now }: BenchSurroundings): Promise<BenchOutcome> => {
  const { out, controllerModules, workers, resume } = options
  const available = Object.keys(await controllersOf(controllerModules))
  const controllers = options.controllers ?? available
  assertKnown('controllers', controllers, available)
  assertKnown('judge', options.judged ?? [], controllers)
  const jobs = plan({ ...options, controllers })
  const fingerprint = codeFingerprint(controllerModules)
  const store = new ResultStore(out, fingerprint, resume)
  const missing = jobs.filter((job) => !store.has(job))
  const bar = new ProgressBar(missing.length, progress, now)
  await runAll(missing, {
    workers,
    controllerModules,
    onResult: (result) => {
      store.add(result)
      bar.advance(`${result.scenario} with ${result.controller}`)
    },
  })
  const results = store.resultsOf(jobs)
  return { results, ran: missing.length, ...writeReports(results, controllers, options) }
}

const assertKnown = (option: string, names: readonly string[], known: readonly string[]): void => {
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new BenchUsageError(`--${option} names ${unknown}; there are ${known.join(', ')}`)
}

const writeReports = (
  results: readonly RunResult[],
  controllers: readonly string[],
  options: BenchOptions,
): { readonly table: string; readonly verdicts: string; readonly report: string } => {
  const { out, seeds, judged, figures: figuresFolder } = options
  const summary = summarise(results)
  const report = path.join(out, 'report.html')
  const verdicts = (judged ?? [DEFAULT_CONTROLLER])
    .filter((name) => controllers.includes(name))
    .map((name) => verdictLines(name, verdictsOn(name, summary)))
    .join('\n')
  writeFileSync(path.join(out, 'runs.csv'), runsCsv(results))
  writeFileSync(path.join(out, 'summary.csv'), summaryCsv(summary))
  // The curves of every seed would be gigabytes; they are all in runs.jsonl.
  writeFileSync(path.join(out, 'series.csv'), seriesCsv(results.filter(({ seed }) => seed === seeds[0])))
  writeFileSync(report, page(results, controllers))
  if (figuresFolder !== undefined) {
    mkdirSync(figuresFolder, { recursive: true })
    const command = `npm run research -- ${commandLine(options)}`
    const text = markdownResults(summary, controllers, { command, verdicts })
    writeFileSync(path.join(figuresFolder, 'results.md'), text)
    for (const { name, svg } of figures(results, controllers)) writeFileSync(path.join(figuresFolder, name), svg)
  }
  return { table: textTable(summary, controllers), verdicts, report }
}

/** What gives these results again. */
const commandLine = ({ controllers, scenarios: chosen, seeds, judged, otherSeeds, figures: folder }: BenchOptions) =>
  [
    `--seeds ${seeds.length}`,
    judged && `--judge ${judged.join(',')} --other-seeds ${otherSeeds}`,
    controllers && `--controllers ${controllers.join(',')}`,
    chosen.length < scenarios.length && `--scenarios ${chosen.join(',')}`,
    `--figures ${folder}`,
  ]
    .filter((part) => typeof part === 'string')
    .join(' ')
