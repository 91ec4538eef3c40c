import type { StreamId } from '@stream/frames'

interface Identified {
  readonly id: StreamId
}

/** Streams by id, in the order in which they were added. Most connections have one, which needs no map. */
export class StreamTable<S extends Identified> {
  #only: S | undefined
  #all: Map<StreamId, S> | undefined

  get(id: StreamId): S | undefined {
    if (this.#all !== undefined) return this.#all.get(id)
    return this.#only?.id === id ? this.#only : undefined
  }

  add(stream: S): void {
    if (this.#all !== undefined) return void this.#all.set(stream.id, stream)
    const first = this.#only
    if (first === undefined || first.id === stream.id) {
      this.#only = stream
      return
    }
    this.#only = undefined
    this.#all = new Map([
      [first.id, first],
      [stream.id, stream],
    ])
  }

  /** False: there is none. */
  delete(id: StreamId): boolean {
    if (this.#all === undefined) {
      if (this.#only?.id !== id) return false
      this.#only = undefined
      return true
    }
    const wasThere = this.#all.delete(id)
    if (this.#all.size === 0) this.#all = undefined
    return wasThere
  }

  clear(): void {
    this.#only = this.#all = undefined
  }

  /** Streams may go while they are gone through. */
  [Symbol.iterator](): IterableIterator<S> {
    if (this.#all !== undefined) return this.#all.values()
    return (this.#only === undefined ? NONE : [this.#only]).values()
  }
}

const NONE: readonly never[] = []
