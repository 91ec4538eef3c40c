/** What the main thread asks of a worker, and what comes back. */
export interface FuzzTask {
  readonly target: string
  readonly seed: number
  readonly executions: number | undefined
  readonly seconds: number | undefined
  readonly useCoverage: boolean
  /** Asks for seeds that reach all that was reached. */
  readonly grow: boolean
  /** See `CurrentInput`. */
  readonly memory: SharedArrayBuffer
}

export interface FuzzReport {
  readonly target: string
  readonly executions: number
  readonly milliseconds: number
  /** Of the source, that ran. */
  readonly characters: number
  readonly crashes: readonly { readonly what: string; readonly input: Uint8Array }[]
  readonly discoveries: readonly Uint8Array[]
  /** When asked for: what is to be committed. */
  readonly seeds: readonly Uint8Array[] | undefined
}

const HEADER_INTS = 2

/** The input a worker is busy with, in shared memory: still there when the worker never comes back. */
export class CurrentInput {
  readonly #numbers: Int32Array
  readonly #bytes: Uint8Array

  constructor(memory: SharedArrayBuffer) {
    this.#numbers = new Int32Array(memory, 0, HEADER_INTS)
    this.#bytes = new Uint8Array(memory, HEADER_INTS * 4)
  }

  static allocate(maxLength: number): SharedArrayBuffer {
    return new SharedArrayBuffer(HEADER_INTS * 4 + maxLength)
  }

  /** How many inputs there have been, modulo 2^32. */
  get count(): number {
    return Atomics.load(this.#numbers, 0)
  }

  set(input: Uint8Array): void {
    this.#bytes.set(input.subarray(0, this.#bytes.length))
    this.#numbers[1] = input.length
    Atomics.add(this.#numbers, 0, 1)
  }

  get(): Uint8Array {
    return this.#bytes.slice(0, this.#numbers[1])
  }
}
