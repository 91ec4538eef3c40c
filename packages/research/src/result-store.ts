import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { jobKey, type Job, type RunResult } from './job.js'

/** The runs of one folder: `runs.jsonl`, a line for the code that made them and then one per run. */
export class ResultStore {
  readonly #file: string
  readonly #results = new Map<string, RunResult>()

  /** @param fingerprint Of the code; runs of other code are not kept, even with `resume`. */
  constructor(folder: string, fingerprint: string, resume: boolean) {
    this.#file = path.join(folder, 'runs.jsonl')
    mkdirSync(folder, { recursive: true })
    const kept = resume && existsSync(this.#file) ? readRuns(this.#file, fingerprint) : []
    for (const result of kept) this.#results.set(jobKey(result), result)
    // Written anew: a line that an interruption cut short is gone with it.
    writeFileSync(this.#file, [{ code: fingerprint }, ...kept].map((line) => `${JSON.stringify(line)}\n`).join(''))
  }

  has(job: Job): boolean {
    return this.#results.has(jobKey(job))
  }

  add(result: RunResult): void {
    this.#results.set(jobKey(result), result)
    appendFileSync(this.#file, `${JSON.stringify(result)}\n`)
  }

  /** The results of these jobs, in their order; those that have none are left out. */
  resultsOf(jobs: readonly Job[]): readonly RunResult[] {
    return jobs.map((job) => this.#results.get(jobKey(job))).filter((result) => result !== undefined)
  }
}

const readRuns = (file: string, fingerprint: string): readonly RunResult[] => {
  const [header, ...lines] = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => parsed(line))
  const isSameCode = (header as { readonly code?: string } | undefined)?.code === fingerprint
  return isSameCode ? lines.filter((line) => line !== undefined).map((line) => line as RunResult) : []
}

/** `undefined`: the empty end of the file, or the line that was being written when the bench was stopped. */
const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
