import type { Network, PairOptions, WayBack } from './pair.js'
import { reject } from './pair.js'

/** mulberry32: a small generator whose numbers repeat for a seed. From 0 to 1, 1 excluded. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let word = Math.imul(state ^ (state >>> 15), state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Disorder {
  /** Of Prepares, and of replies: 0 to 1. */
  readonly loss: number
  /** Of Prepares that arrive twice. */
  readonly duplicates: number
  /** Of Prepares that a connector refuses with a temporary error. */
  readonly busy: number
  /** Milliseconds by which a packet may fall behind, each way. */
  readonly jitter: number
}

/** A network that loses, repeats, refuses and overtakes, the same way for the same seed. */
export function disorderly(seed: number, disorder: Disorder): Required<Pick<PairOptions, 'network' | 'wayBack'>> {
  const random = randomFrom(seed)
  const network: Network = ({ amount }) => {
    const fate = random()
    if (fate < disorder.loss) return 'drop'
    if (fate < disorder.loss + disorder.busy) return { reply: reject('T03') }
    const passage = { amount, delay: random() * disorder.jitter, delayBack: random() * disorder.jitter }
    return random() < disorder.duplicates ? { ...passage, copyAfter: random() * 2 * disorder.jitter } : passage
  }
  // A connector is paid for bringing back the Fulfill of money, so that comes, if late.
  const wayBack: WayBack = (reply, { amount }) =>
    random() < disorder.loss && (amount === 0n || reply.type === 'reject') ? 'drop' : reply
  return { network, wayBack }
}

/** `length` bytes that differ from stream to stream and from one stretch of a stream to the next. */
export function pattern(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0, state = seed * 2_654_435_761; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[i] = state >>> 16
  }
  return bytes
}
