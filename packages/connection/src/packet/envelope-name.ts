/**
 * Tells envelopes apart by their random IV, which never repeats. Three whole numbers instead of the bytes: a view of them
 * would keep the envelope, and a copy costs more.
 */
export class EnvelopeName {
  readonly #first: number
  readonly #second: number
  readonly #third: number

  constructor(envelope: Uint8Array) {
    this.#first = word(envelope, 0)
    this.#second = word(envelope, 4)
    this.#third = word(envelope, 8)
  }

  isOf(envelope: Uint8Array): boolean {
    return this.#first === word(envelope, 0) && this.#second === word(envelope, 4) && this.#third === word(envelope, 8)
  }
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}
