/** Where arithmetic and encodings change: sizes of VarUInts, signs, windows, the protocol's own limits. */
const EDGES = [
  0n,
  1n,
  2n,
  3n,
  19n,
  20n,
  21n,
  100n,
  127n,
  128n,
  255n,
  256n,
  1000n,
  16_384n,
  32_767n,
  65_534n,
  65_535n,
  1n << 20n,
  (1n << 31n) - 1n,
  1n << 31n,
  1n << 32n,
  (1n << 53n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
]

/**
 * Decisions read from the bytes of a fuzzer: every input means something, and a small change of the input is a small
 * change of its meaning. Behind the end there are only zeros.
 */
export class InputReader {
  #at = 0
  constructor(private readonly input: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.#at >= this.input.length
  }

  byte(): number {
    return this.input[this.#at++] ?? 0
  }

  /** A whole number from 0 to `most`. */
  upTo(most: number): number {
    const wide = most > 255 ? this.byte() * 256 + this.byte() : this.byte()
    return wide % (most + 1)
  }

  /** True once in `times`; false behind the end. */
  once(times: number): boolean {
    return !this.isAtEnd && this.byte() % times === times - 1
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.upTo(choices.length - 1)]
    if (choice === undefined) throw new Error('nothing to pick from')
    return choice
  }

  /** An amount of 64 bits, often where something changes. */
  amount(): bigint {
    const kind = this.byte()
    if (kind < 2 * EDGES.length) return EDGES[kind >> 1] ?? 0n
    if (kind < 0xc0) return BigInt(this.byte() * 256 + this.byte())
    let value = 0n
    for (let i = 0; i <= kind % 8; i++) value = value * 256n + BigInt(this.byte())
    return value
  }

  /** A position or id that a `number` holds exactly. */
  position(): number {
    return Number(this.amount() & ((1n << 53n) - 1n))
  }

  /** Fewer at the end. */
  bytes(length: number): Uint8Array {
    const taken = this.input.slice(this.#at, this.#at + length)
    this.#at += length
    return taken
  }

  rest(): Uint8Array {
    return this.bytes(this.input.length)
  }
}
