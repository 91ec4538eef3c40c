import type { StreamId } from '@stream/frames'

/**
 * The ids of closed streams, kept for ever in bounded memory: as ranges of every second id.
 * A peer can leave at most as many holes as it may have streams open, so the list stays short.
 */
export class ClosedIds {
  /** Disjoint, ascending, [first, last]. */
  readonly #ranges: [StreamId, StreamId][] = []

  add(id: StreamId): void {
    let i = this.#ranges.length
    while (i > 0 && this.#ranges[i - 1]![0] > id) i--
    const before = this.#ranges[i - 1]
    const after = this.#ranges[i]
    if (before !== undefined && id <= before[1]) return
    const joinsBefore = before !== undefined && before[1] === id - 2
    const joinsAfter = after !== undefined && after[0] === id + 2
    if (joinsBefore && joinsAfter) {
      before[1] = after[1]
      this.#ranges.splice(i, 1)
    } else if (joinsBefore) before[1] = id
    else if (joinsAfter) after[0] = id
    else this.#ranges.splice(i, 0, [id, id])
  }

  has(id: StreamId): boolean {
    return this.#ranges.some(([first, last]) => first <= id && id <= last)
  }

  get rangeCount(): number {
    return this.#ranges.length
  }
}
