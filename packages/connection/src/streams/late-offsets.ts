import type { StreamId } from '@stream/frames'

/** Closed streams whose late bytes are still counted: more than a peer has open at once, as a rule. */
const MAX_KEPT = 64

/** How far streams had come that closed not long ago: the peer has spent credit on what is still on its way. */
export class LateOffsets {
  readonly #offsets = new Map<StreamId, number>()

  of(id: StreamId): number | undefined {
    return this.#offsets.get(id)
  }

  keep(id: StreamId, highestOffset: number): void {
    const [oldest] = this.#offsets.keys()
    if (this.#offsets.size >= MAX_KEPT && oldest !== undefined) this.#offsets.delete(oldest)
    this.#offsets.set(id, highestOffset)
  }

  /** Later bytes of it have come. */
  raise(id: StreamId, highestOffset: number): void {
    this.#offsets.set(id, highestOffset)
  }
}
