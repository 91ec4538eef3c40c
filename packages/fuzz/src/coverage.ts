import { Session, type Profiler } from 'node:inspector'

/** A function and which characters of it ran: 1 for those that did. */
interface Covered {
  readonly name: string
  readonly characters: Uint8Array
}

/** Which code of ours has run, asked of V8 itself: no instrumented build, the code runs as it is. */
export class Coverage {
  readonly #session = new Session()
  readonly #known = new Map<string, Uint8Array>()

  /** `ours`: whether a script counts, by its URL. */
  constructor(private readonly ours: (url: string) => boolean) {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Characters of source that have run. */
  get characters(): number {
    let sum = 0
    for (const covered of this.#known.values()) for (const ran of covered) sum += ran
    return sum
  }

  /** Functions of which something ran since the last look that is not known to have run before. */
  look(): Covered[] {
    const fresh: Covered[] = []
    for (const { url, functions } of this.#take()) {
      if (!this.ours(url)) continue
      for (const one of functions) {
        const covered = paint(url, one)
        if (covered !== undefined && this.#hasNews(covered)) fresh.push(covered)
      }
    }
    return fresh
  }

  /** Characters among those that are not known to have run. */
  news(seen: readonly Covered[]): number {
    let sum = 0
    for (const { name, characters } of seen) {
      const known = this.#known.get(name)
      for (const [i, ran] of characters.entries()) if (ran === 1 && (known?.[i] ?? 0) === 0) sum++
    }
    return sum
  }

  remember(seen: readonly Covered[]): void {
    for (const { name, characters } of seen) {
      const known = this.#known.get(name)
      if (known === undefined) this.#known.set(name, characters)
      else for (let i = 0; i < known.length; i++) known[i] = (known[i] ?? 0) | (characters[i] ?? 0)
    }
  }

  /** Knows nothing any more. A second session would be blind: V8 counts blocks only in what it compiles for the first. */
  forget(): void {
    this.#known.clear()
  }

  #hasNews({ name, characters }: Covered): boolean {
    const known = this.#known.get(name)
    if (known === undefined) return characters.includes(1)
    for (let i = 0; i < characters.length; i++) if (characters[i] === 1 && known[i] === 0) return true
    return false
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

/** V8 reports the function and, inside it, the stretches that ran otherwise than what is around them. */
function paint(url: string, { ranges }: Profiler.FunctionCoverage): Covered | undefined {
  const [whole] = ranges
  if (whole === undefined || whole.count === 0) return undefined
  const { startOffset, endOffset } = whole
  const characters = new Uint8Array(endOffset - startOffset)
  for (const range of ranges) {
    characters.fill(range.count > 0 ? 1 : 0, range.startOffset - startOffset, range.endOffset - startOffset)
  }
  return { name: `${url}:${startOffset}-${endOffset}`, characters }
}
