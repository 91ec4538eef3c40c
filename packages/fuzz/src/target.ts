import type { Random } from '@stream/simulator'

/** Something to be fed with bytes. */
export interface Target {
  readonly name: string
  /** What is fed and what must hold, in a line. */
  readonly about: string
  /** Executions of the short run, on every change. */
  readonly executions: number
  /** Inputs between two looks at the coverage: a look costs milliseconds. */
  readonly batch: number
  /** Longest input, bytes. */
  readonly maxLength: number
  /** An input that goes deep by its structure. */
  generate(random: Random): Uint8Array
  /** Throws when something does not hold. Depends on nothing but the input. */
  run(input: Uint8Array): void
}
