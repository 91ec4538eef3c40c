import { SimulatorError } from './errors.js'

/** A source of chance that can be repeated: the same seed gives the same draws. */
export interface Random {
  /** A number in [0, 1) with 32 random bits. */
  next(): number
  /** True with the given probability; 0 and less is never, 1 and more is always. */
  chance(probability: number): boolean
  /** A number in [from, to). */
  between(from: number, to: number): number
  /** A whole number in [0, below). */
  integer(below: number): number
  bytes(length: number): Uint8Array
  /** An independent source, named so that adding one does not change what the others draw. */
  fork(name: string): Random
}

/** FNV-1a over the name, mixed with the seed. */
const mixName = (seed: number, name: string): number => {
  let hash = (seed ^ 0x811c9dc5) >>> 0
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0
  }
  return hash
}

/**
 * Seeded randomness (mulberry32: 32 bits of state, good enough for loss and jitter, never for keys).
 * `seed` is a whole number; only its low 32 bits count.
 */
export const seededRandom = (seed: number): Random => {
  if (!Number.isSafeInteger(seed)) throw new SimulatorError('seed', seed, 'a whole number')
  const origin = seed >>> 0
  let state = origin
  const draw = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const next = (): number => draw() / 0x1_0000_0000
  return {
    next,
    // Certainties draw nothing: a link without loss behaves the same whether or not loss was named.
    chance: (probability) => probability >= 1 || (probability > 0 && next() < probability),
    between: (from, to) => from + (to - from) * next(),
    integer: (below) => Math.floor(next() * below),
    bytes: (length) => {
      const bytes = new Uint8Array(length)
      for (let index = 0; index < length; index++) bytes[index] = draw() & 0xff
      return bytes
    },
    fork: (name) => seededRandom(mixName(origin, name)),
  }
}
