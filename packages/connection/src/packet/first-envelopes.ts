import { envelopeName, type EnvelopeName } from './envelope-name.js'

/** Sequences that count as the beginning: clients send a handful of packets before they hear anything. */
const FIRST_SEQUENCES = 16

/** Sequences begin with 1. */
const NONE: readonly (EnvelopeName | undefined)[] = [undefined]

/**
 * Which envelopes a connection began with, kept for its whole life. They tell its own packets, sent once more, from the
 * first ones of a new client that uses the same credentials and counts from the beginning again.
 */
export class FirstEnvelopes {
  /** By sequence. */
  #names = NONE

  add(sequence: number, envelope: EnvelopeName): void {
    if (sequence >= FIRST_SEQUENCES) return
    const names = this.#names
    // Neither pushed nor spread: a list that has grown has room for sixteen, and this one is kept.
    if (sequence === names.length) this.#names = names.concat(envelope)
    else {
      const length = Math.max(names.length, sequence + 1)
      this.#names = Array.from({ length }, (_, place) => (place === sequence ? envelope : names[place]))
    }
  }

  /**
   * Whether a packet is the beginning of another client: its sequence was used by another envelope, or, for one that
   * was never seen here, it introduces its sender.
   */
  isOfAnotherClient(sequence: number, envelope: Uint8Array, introduces: boolean): boolean {
    if (sequence >= FIRST_SEQUENCES) return false
    const known = this.#names[sequence]
    return known === undefined ? introduces : known !== envelopeName(envelope)
  }
}
