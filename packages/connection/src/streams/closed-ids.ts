import type { StreamId } from '@stream/frames'

/** Every second id from `first` to `last`. */
interface Range {
  first: StreamId
  last: StreamId
}

/**
 * The ids of closed streams, kept for ever in bounded memory: as ranges, the even ones of servers and the odd ones of
 * clients apart. A peer can leave at most as many holes as it may have streams open, so the lists stay short.
 */
export class ClosedIds {
  /** How many of them the peer had opened. */
  remote = 0
  /** Disjoint, ascending. */
  readonly #even: Range[] = []
  readonly #odd: Range[] = []

  add(id: StreamId): void {
    const ranges = this.#like(id)
    let i = ranges.length
    while (i > 0 && ranges[i - 1]!.first > id) i--
    const before = ranges[i - 1]
    const after = ranges[i]
    if (before !== undefined && id <= before.last) return
    const joinsBefore = before?.last === id - 2
    const joinsAfter = after?.first === id + 2
    if (joinsBefore && joinsAfter) {
      before.last = after.last
      ranges.splice(i, 1)
    } else if (joinsBefore) before.last = id
    else if (joinsAfter) after.first = id
    else ranges.splice(i, 0, { first: id, last: id })
  }

  has(id: StreamId): boolean {
    return this.#like(id).some(({ first, last }) => first <= id && id <= last)
  }

  get rangeCount(): number {
    return this.#even.length + this.#odd.length
  }

  #like(id: StreamId): Range[] {
    return id % 2 === 0 ? this.#even : this.#odd
  }
}
