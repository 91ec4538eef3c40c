import type { Random } from '@stream/simulator'

/** Bytes that mean something to OER and to this protocol. */
const TELLING = [
  0x00, 0x01, 0x02, 0x08, 0x09, 0x0c, 0x0d, 0x0e, 0x10, 0x11, 0x14, 0x17, 0x7f, 0x80, 0x81, 0x82, 0x85, 0xff,
]

type Mutator = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array

function replaced(bytes: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array {
  const result = new Uint8Array(from + by.length + bytes.length - to)
  result.set(bytes.subarray(0, from))
  result.set(by, from)
  result.set(bytes.subarray(to), from + by.length)
  return result
}

const length = (random: Random): number => 1 + random.integer(random.chance(0.8) ? 4 : 32)

function stretch(bytes: Uint8Array, random: Random): [from: number, to: number] {
  const from = random.integer(bytes.length + 1)
  return [from, Math.min(bytes.length, from + length(random))]
}

function set(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const result = bytes.slice()
  result[at] = byte
  return result
}

const mutators: readonly Mutator[] = [
  function flipBit(bytes, random) {
    const at = random.integer(bytes.length)
    return set(bytes, at, (bytes[at] ?? 0) ^ (1 << random.integer(8)))
  },
  function setTelling(bytes, random) {
    return set(bytes, random.integer(bytes.length), TELLING[random.integer(TELLING.length)] ?? 0)
  },
  function setAny(bytes, random) {
    return set(bytes, random.integer(bytes.length), random.integer(256))
  },
  function step(bytes, random) {
    const at = random.integer(bytes.length)
    return set(bytes, at, (bytes[at] ?? 0) + random.integer(9) - 4)
  },
  function insert(bytes, random) {
    const at = random.integer(bytes.length + 1)
    return replaced(bytes, at, at, random.bytes(length(random)))
  },
  function remove(bytes, random) {
    return replaced(bytes, ...stretch(bytes, random), new Uint8Array(0))
  },
  function repeat(bytes, random) {
    const [from, to] = stretch(bytes, random)
    return replaced(bytes, to, to, bytes.subarray(from, to))
  },
  function truncate(bytes, random) {
    return bytes.slice(0, random.integer(bytes.length))
  },
  function splice(bytes, random, other) {
    const [from, to] = stretch(bytes, random)
    return replaced(bytes, from, to, other.subarray(...stretch(other, random)))
  },
  function crossOver(bytes, random, other) {
    const head = bytes.subarray(0, random.integer(bytes.length + 1))
    return replaced(head, head.length, head.length, other.subarray(random.integer(other.length + 1)))
  },
]

/** One to eight changes to an input, with pieces of another one; never longer than `most` bytes. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: Random, most: number): Uint8Array {
  let result = bytes
  for (let left = 1 << random.integer(4); left > 0; left--) {
    const mutator = mutators[random.integer(mutators.length)]
    if (mutator !== undefined) result = mutator(result.length === 0 ? new Uint8Array(1) : result, random, other)
  }
  return result.length > most ? result.slice(0, most) : result
}
