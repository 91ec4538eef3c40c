import type { Instant } from '@stream/flow'

interface Entry<T> {
  readonly at: Instant
  readonly order: number
  readonly value: T
}

const before = (a: Entry<unknown>, b: Entry<unknown>): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** What is due when: a binary heap. Equal instants leave in the order they came, so that runs can be repeated. */
export class TimedQueue<T> {
  #entries: Entry<T>[] = []
  #pushed = 0

  get size(): number {
    return this.#entries.length
  }

  /** When the first entry is due; `undefined` when there is none. */
  get nextAt(): Instant | undefined {
    return this.#entries[0]?.at
  }

  peek(): T | undefined {
    return this.#entries[0]?.value
  }

  push(at: Instant, value: T): void {
    this.#entries.push({ at, order: this.#pushed++, value })
    this.#siftUp(this.#entries.length - 1)
  }

  /** Takes the first entry out, whether it is due or not. */
  pop(): T | undefined {
    const first = this.#entries[0]
    const last = this.#entries.pop()
    if (first === undefined || last === undefined) return undefined
    if (this.#entries.length > 0) {
      this.#entries[0] = last
      this.#siftDown(0)
    }
    return first.value
  }

  /** Takes the first entry out if it is due at `now`. */
  popDue(now: Instant): T | undefined {
    const at = this.nextAt
    return at !== undefined && at <= now ? this.pop() : undefined
  }

  /** Drops every entry that `keep` refuses. */
  retain(keep: (value: T) => boolean): void {
    this.#entries = this.#entries.filter((entry) => keep(entry.value))
    for (let index = (this.#entries.length >> 1) - 1; index >= 0; index--) this.#siftDown(index)
  }

  #siftUp(start: number): void {
    const entries = this.#entries
    const entry = entries[start] as Entry<T>
    let index = start
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = entries[parentIndex] as Entry<T>
      if (!before(entry, parent)) break
      entries[index] = parent
      index = parentIndex
    }
    entries[index] = entry
  }

  #siftDown(start: number): void {
    const entries = this.#entries
    const entry = entries[start] as Entry<T>
    let index = start
    for (;;) {
      let childIndex = 2 * index + 1
      let child = entries[childIndex]
      if (child === undefined) break
      const right = entries[childIndex + 1]
      if (right !== undefined && before(right, child)) {
        child = right
        childIndex++
      }
      if (!before(child, entry)) break
      entries[index] = child
      index = childIndex
    }
    entries[index] = entry
  }
}
