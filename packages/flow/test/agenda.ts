import type { Instant } from '../src/index.js'

type Act = (now: Instant) => void

interface Item {
  readonly at: Instant
  readonly order: number
  readonly act: Act
}

/** What is to happen in virtual time: a binary heap; what is due at the same instant happens in the order of adding. */
export class Agenda {
  readonly #heap: Item[] = []
  #order = 0

  get nextAt(): Instant {
    return this.#heap[0]?.at ?? Infinity
  }

  add(at: Instant, act: Act): void {
    const heap = this.#heap
    const item = { at, order: this.#order++, act }
    let place = heap.length
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!isBefore(item, heap[parent]!)) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = item
  }

  runNext(): void {
    const heap = this.#heap
    const first = heap[0]
    if (first === undefined) return
    const last = heap.pop()!
    if (heap.length > 0) this.#sink(last)
    first.act(first.at)
  }

  #sink(item: Item): void {
    const heap = this.#heap
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1
      if (!isBefore(heap[child]!, item)) break
      heap[place] = heap[child]!
      place = child
    }
    heap[place] = item
  }
}

const isBefore = (a: Item, b: Item): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
