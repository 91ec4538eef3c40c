import { seededRandom, type Random } from '@stream/simulator'
import type { Coverage } from './coverage.js'
import { signature } from './fault.js'
import { minimise } from './minimise.js'
import { mutate } from './mutate.js'
import type { Target } from './target.js'

export interface FuzzOptions {
  readonly seed: number
  /** Inputs known to go far, the regressions among them. */
  readonly corpus: readonly Uint8Array[]
  /** Asked after each batch; false ends the run. */
  readonly goesOn: (executions: number) => boolean
  /** `undefined`: blind, as fast as it gets. */
  readonly coverage?: Coverage | undefined
  /** Hears of each input before it runs, so that one that never ends is known. */
  readonly onInput?: (input: Uint8Array) => void
}

export interface Crash {
  readonly error: unknown
  readonly input: Uint8Array
}

export interface FuzzResult {
  readonly executions: number
  /** One for each kind of failure, minimised. */
  readonly crashes: readonly Crash[]
  /** Inputs that reached code no other had reached, in the order of their discovery. */
  readonly discoveries: readonly Uint8Array[]
}

/** Of the inputs, the part that is made anew instead of changed from a known one. */
const FRESH = 0.2
/** Distinct failures after which a run is pointless. */
const MOST_CRASHES = 10
/** Refusals are errors that are caught and forgotten: one line tells two crashes apart, all are wanted of a crash. */
const LINES_OF_AN_ERROR = 1
const LINES_OF_A_CRASH = 30

/** Feeds a target with changed inputs and keeps those that reach something new. Equal seeds give equal inputs. */
export class Fuzzer {
  readonly #random: Random
  readonly #pool: Uint8Array[]
  readonly #crashes = new Map<string, Crash>()
  readonly #discoveries: Uint8Array[] = []
  #executions = 0

  constructor(
    private readonly target: Target,
    private readonly options: FuzzOptions,
  ) {
    this.#random = seededRandom(options.seed).fork(target.name)
    this.#pool = [...options.corpus]
  }

  run(): FuzzResult {
    const before = Error.stackTraceLimit
    Error.stackTraceLimit = LINES_OF_AN_ERROR
    try {
      return this.#run()
    } finally {
      Error.stackTraceLimit = before
    }
  }

  #run(): FuzzResult {
    const { target, options } = this
    for (const input of options.corpus) this.#execute(input)
    options.coverage?.remember(options.coverage.look())
    while (this.#crashes.size < MOST_CRASHES && options.goesOn(this.#executions)) {
      const batch = Array.from({ length: target.batch }, () => this.#next())
      options.coverage?.look() // what made the inputs does not count
      for (const input of batch) this.#execute(input)
      this.#keepWhatIsNew(batch)
    }
    return { executions: this.#executions, crashes: [...this.#crashes.values()], discoveries: this.#discoveries }
  }

  #next(): Uint8Array {
    const { target } = this
    const random = this.#random
    const from = this.#pick()
    if (from === undefined || random.chance(FRESH)) return target.generate(random)
    return mutate(from, this.#pick() ?? from, random, target.maxLength)
  }

  /** Late discoveries stand at the edge of what is known: they are picked as often as all others together. */
  #pick(): Uint8Array | undefined {
    const recent = Math.min(32, this.#pool.length)
    const index = this.#random.chance(0.5)
      ? this.#pool.length - 1 - this.#random.integer(recent)
      : this.#random.integer(this.#pool.length)
    return this.#pool[index]
  }

  #execute(input: Uint8Array): void {
    this.#executions++
    const error = this.#failure(input)
    if (error === undefined) return
    const key = signature(error)
    if (this.#crashes.has(key)) return
    const smallest = minimise(input, (candidate) => {
      const failure = this.#failure(candidate)
      return failure !== undefined && signature(failure) === key
    })
    Error.stackTraceLimit = LINES_OF_A_CRASH
    this.#crashes.set(key, { error: this.#failure(smallest), input: smallest })
    Error.stackTraceLimit = LINES_OF_AN_ERROR
  }

  #failure(input: Uint8Array): unknown {
    this.options.onInput?.(input)
    try {
      this.target.run(input)
      return undefined
    } catch (error) {
      return error ?? new Error('undefined was thrown')
    }
  }

  #keepWhatIsNew(batch: readonly Uint8Array[]): void {
    const { coverage } = this.options
    const fresh = coverage?.look() ?? []
    if (coverage === undefined || fresh.length === 0) return
    this.#search(batch, coverage)
    coverage.remember(fresh) // also what no input alone has reached again
  }

  /** Runs halves again until the inputs that reach new code are found; those that came first get the credit. */
  #search(batch: readonly Uint8Array[], coverage: Coverage): void {
    for (const input of batch) this.#failure(input)
    const fresh = coverage.look()
    const [only] = batch
    if (fresh.length === 0 || only === undefined) return
    if (batch.length === 1) {
      coverage.remember(fresh)
      this.#pool.push(only)
      this.#discoveries.push(only)
      return
    }
    const half = Math.ceil(batch.length / 2)
    this.#search(batch.slice(0, half), coverage)
    this.#search(batch.slice(half), coverage)
  }
}
