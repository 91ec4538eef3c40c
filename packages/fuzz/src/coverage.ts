import { Session, type Profiler } from 'node:inspector'

/** Which blocks of our own code have run, asked of V8 itself: no instrumented build, the code runs as it is. */
export class Coverage {
  readonly #session = new Session()
  readonly #seen = new Set<string>()

  /** `ours`: whether a script counts, by its URL. */
  constructor(private readonly ours: (url: string) => boolean) {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  get blocks(): number {
    return this.#seen.size
  }

  /** Blocks that ran since the last look and that are not known yet. */
  look(): string[] {
    const fresh: string[] = []
    for (const { url, functions } of this.#take()) {
      if (!this.ours(url)) continue
      for (const { ranges } of functions) {
        for (const range of ranges) {
          const block = `${url}:${range.startOffset}-${range.endOffset}`
          if (range.count > 0 && !this.#seen.has(block)) fresh.push(block)
        }
      }
    }
    return fresh
  }

  remember(blocks: readonly string[]): void {
    for (const block of blocks) this.#seen.add(block)
  }

  #take(): Profiler.ScriptCoverage[] {
    let taken: Profiler.ScriptCoverage[] = []
    // A session with its own thread answers before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
      taken = result
    })
    return taken
  }

  close(): void {
    this.#session.disconnect()
  }
}
