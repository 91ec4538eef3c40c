import { envelopeName, type EnvelopeName } from './envelope-name.js'

/** Sequences that count as the beginning: clients send a handful of packets before they hear anything. */
const FIRST_SEQUENCES = 16

/** What many connections keep lies together: lists of their own would be objects that change with each of these packets. */
const CONNECTIONS_TOGETHER = 128
let memory = new Int32Array(0)
let used = 0

/**
 * Which envelopes a connection began with, kept for its whole life. They tell its own packets, sent once more, from the
 * first ones of a new client that uses the same credentials and counts from the beginning again.
 */
export class FirstEnvelopes {
  /** Names by sequence, from `#start` on. */
  readonly #names: Int32Array
  readonly #start: number
  /** One bit for each sequence that was seen. */
  #seen = 0

  constructor() {
    if (used === memory.length) {
      memory = new Int32Array(CONNECTIONS_TOGETHER * FIRST_SEQUENCES)
      used = 0
    }
    this.#names = memory
    this.#start = used
    used += FIRST_SEQUENCES
  }

  add(sequence: number, envelope: EnvelopeName): void {
    if (sequence >= FIRST_SEQUENCES) return
    this.#names[this.#start + sequence] = envelope
    this.#seen |= 1 << sequence
  }

  /**
   * Whether a packet is the beginning of another client: its sequence was used by another envelope, or, for one that
   * was never seen here, it introduces its sender.
   */
  isOfAnotherClient(sequence: number, envelope: Uint8Array, introduces: boolean): boolean {
    if (sequence >= FIRST_SEQUENCES) return false
    if ((this.#seen & (1 << sequence)) === 0) return introduces
    return this.#names[this.#start + sequence] !== envelopeName(envelope)
  }
}
