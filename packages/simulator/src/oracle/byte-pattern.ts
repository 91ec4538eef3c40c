/** Every stream carries bytes of its own, so that one that strays, repeats or is missing shows. */
export function patternAt(streamId: number, byClient: boolean, position: number): number {
  return (position * 31 + (position >>> 8) * 7 + streamId * 13 + (byClient ? 101 : 0)) & 0xff
}

/** I6: the bytes of one stream as they are read, in order and each once. */
export class ByteCheck {
  readonly #streamId: number
  readonly #byClient: boolean
  #position = 0

  constructor(streamId: number, byClient: boolean) {
    this.#streamId = streamId
    this.#byClient = byClient
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#position
  }

  /** What is wrong with the bytes that follow. */
  take(piece: Uint8Array): string | undefined {
    for (const byte of piece) {
      const expected = patternAt(this.#streamId, this.#byClient, this.#position)
      if (byte !== expected) {
        return `byte ${this.#position} of stream ${this.#streamId} is ${byte}, ${expected} was written`
      }
      this.#position++
    }
    return undefined
  }
}
