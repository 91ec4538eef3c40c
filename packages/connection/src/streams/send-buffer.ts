import { SendQueue, type Cut } from './send-queue.js'

/** Bytes of one stream that travel in one `StreamData` frame. */
export interface Segment extends Cut {
  /** Position of the first byte in the stream. */
  readonly offset: number
}

/**
 * The outgoing bytes of one stream, kept until they are acknowledged. A segment is cut once: when it is lost it is sent
 * again exactly as it was (RFC 0029 section 5.3.11).
 */
export class SendBuffer {
  readonly #unsent = new SendQueue()
  /** Segments sent and not acknowledged, by offset. */
  readonly #unacked = new Map<number, 'inFlight' | 'lost'>()
  readonly #lost = new LostSegments()
  #sentOffset = 0

  /** Bytes ever written, less those discarded unsent. */
  get writtenOffset(): number {
    return this.#sentOffset + this.#unsent.length
  }

  /** Bytes sent at least once. */
  get sentOffset(): number {
    return this.#sentOffset
  }

  get unsentBytes(): number {
    return this.#unsent.length
  }

  /** Whether everything written has been sent and acknowledged. */
  get isAcked(): boolean {
    return this.#unsent.length === 0 && this.#unacked.size === 0
  }

  get hasLost(): boolean {
    return this.#firstLost() !== undefined
  }

  /** Copies `data`: the caller may reuse its buffer. */
  write(data: Uint8Array): void {
    this.#unsent.append(data)
  }

  /** The lost segment with the lowest offset, if it has at most `maxBytes` bytes; it counts as sent again. */
  nextLost(maxBytes: number): Segment | undefined {
    const segment = this.#firstLost()
    if (segment === undefined || segment.data.length > maxBytes) return undefined
    this.#lost.shift()
    this.#unacked.set(segment.offset, 'inFlight')
    return segment
  }

  /** Cuts a new segment of at most `maxBytes` bytes; `undefined` when nothing is unsent or nothing fits. */
  next(maxBytes: number): Segment | undefined {
    const cut = this.#unsent.take(maxBytes)
    if (cut === undefined) return undefined
    const segment: Segment = { offset: this.#sentOffset, data: cut.data, block: cut.block }
    this.#sentOffset += cut.data.length
    this.#unacked.set(segment.offset, 'inFlight')
    return segment
  }

  /** Also a late word on a segment that was given up as lost: then it is not sent again. */
  onAcked(segment: Segment): void {
    if (this.#unacked.delete(segment.offset)) this.#unsent.release(segment)
  }

  onLost(segment: Segment): void {
    if (this.#unacked.get(segment.offset) !== 'inFlight') return
    this.#unacked.set(segment.offset, 'lost')
    this.#lost.add(segment)
  }

  /** Drops what was never sent; what was sent still has to arrive. */
  discardUnsent(): void {
    this.#unsent.clear()
  }

  /** Drops everything: nothing is sent again. */
  discard(): void {
    this.#unsent.clear()
    this.#unacked.clear()
    this.#lost.clear()
  }

  #firstLost(): Segment | undefined {
    for (;;) {
      const segment = this.#lost.first
      if (segment === undefined || this.#unacked.get(segment.offset) === 'lost') return segment
      this.#lost.shift()
    }
  }
}

/** Ordered by offset. Losses are mostly reported in that order, so that adding is mostly at the end. */
class LostSegments {
  #segments: (Segment | undefined)[] = []
  #first = 0

  get first(): Segment | undefined {
    return this.#segments[this.#first]
  }

  add(segment: Segment): void {
    let low = this.#first
    let high = this.#segments.length
    if (high > low && this.#segments[high - 1]!.offset < segment.offset) low = high
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#segments[middle]!.offset < segment.offset) low = middle + 1
      else high = middle
    }
    if (low === this.#first && low > 0) this.#segments[--this.#first] = segment
    else this.#segments.splice(low, 0, segment)
  }

  shift(): void {
    this.#segments[this.#first++] = undefined
    if (this.#first * 2 < this.#segments.length) return
    this.#segments.splice(0, this.#first)
    this.#first = 0
  }

  clear(): void {
    this.#segments = []
    this.#first = 0
  }
}
