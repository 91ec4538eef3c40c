import { FULL } from './full-packet.js'

/** Two full packets, and no rest that would have to travel, and be read, as a piece of its own. */
const BLOCK_SIZE = 2 * FULL
/** Where small writes are gathered. */
const SMALLEST_BLOCK = 4096
/** A write this long is the first of many as a rule, and takes a whole block. */
const LONG_WRITE = 16_384
/** Bytes of the blocks kept for the next who sends, on whatever connection: 1 MiB. */
const MOST_SPARE = 16

/** Memory that is warm costs a small part of what new memory does. */
const spare: Uint8Array[] = []

/** A stretch of memory that is filled from the front, cut from the front, and free when all cuts are acknowledged. */
interface Block {
  readonly memory: Uint8Array
  written: number
  cut: number
  /** Bytes cut and not acknowledged. */
  unacked: number
  /** Nothing more is written to it or cut from it. */
  isClosed: boolean
}

/** Bytes cut from the queue. `data` is theirs until `release`. */
export interface Cut {
  readonly data: Uint8Array
  readonly block: Block
}

/** The bytes of one stream that wait to be sent, and the memory of those that wait to be acknowledged. */
export class SendQueue {
  #blocks: Block[] = []
  #length = 0

  /** Bytes that wait to be sent. */
  get length(): number {
    return this.#length
  }

  /** Copies `data`: the caller may reuse it. */
  append(data: Uint8Array): void {
    for (let copied = 0; copied < data.length;) {
      const block = this.#blockWithRoom(data.length - copied)
      const size = Math.min(data.length - copied, block.memory.length - block.written)
      block.memory.set(data.subarray(copied, copied + size), block.written)
      block.written += size
      copied += size
    }
    this.#length += data.length
  }

  /** The next bytes, up to `maxBytes`; fewer than there are at the end of a block. */
  take(maxBytes: number): Cut | undefined {
    const [block] = this.#blocks
    const size = block === undefined ? 0 : Math.min(maxBytes, block.written - block.cut)
    if (block === undefined || !(size > 0)) return undefined
    const data = block.memory.subarray(block.cut, block.cut + size)
    block.cut += size
    block.unacked += size
    this.#length -= size
    if (block.cut === block.written) {
      block.isClosed = true
      this.#blocks.shift()
    }
    return { data, block }
  }

  /** Nobody will look at these bytes again. Once for each cut. */
  release({ data, block }: Cut): void {
    block.unacked -= data.length
    const isFree = block.isClosed && block.unacked === 0
    if (isFree && block.memory.length === BLOCK_SIZE && spare.length < MOST_SPARE) spare.push(block.memory)
  }

  /** Drops what waits to be sent. */
  clear(): void {
    for (const block of this.#blocks) block.isClosed = true
    this.#blocks = []
    this.#length = 0
  }

  #blockWithRoom(wanted: number): Block {
    const last = this.#blocks.at(-1)
    if (last !== undefined && last.written < last.memory.length) return last
    const memory = memoryFor(last === undefined ? wanted : Math.max(wanted, 2 * last.memory.length))
    const block = { memory, written: 0, cut: 0, unacked: 0, isClosed: false }
    this.#blocks.push(block)
    return block
  }
}

function memoryFor(wanted: number): Uint8Array {
  if (wanted >= LONG_WRITE) return spare.pop() ?? new Uint8Array(BLOCK_SIZE)
  let size = SMALLEST_BLOCK
  while (size < wanted) size *= 2
  return new Uint8Array(size)
}
