import { ByteQueue } from './byte-queue.js'

/** Bytes of one page of data that arrived ahead of its turn. */
const PAGE_SIZE = 4096

/** A stretch of the stream that is known in parts. */
interface Page {
  readonly bytes: Uint8Array
  /** One bit for each byte: whether it has arrived. Costs an eighth whatever the pattern of gaps. */
  readonly known: Uint8Array
}

/**
 * Puts the bytes of one incoming stream in order. Bytes known already are left as they first came, so duplicates and
 * overlaps are harmless. The caller bounds offsets by flow control before it inserts; memory is then bounded by the
 * window whatever the sizes and the order of the segments.
 */
export class Assembler {
  readonly #ready = new ByteQueue()
  readonly #pages = new Map<number, Page>()
  #readOffset = 0
  #highestOffset = 0
  #discarded = false

  /** Position of the next byte to read. */
  get readOffset(): number {
    return this.#readOffset
  }

  /** Bytes that can be read without a gap. */
  get readableBytes(): number {
    return this.#ready.length
  }

  /** The position behind the last byte that ever arrived, with all gaps counted: what flow control charges. */
  get highestOffset(): number {
    return this.#highestOffset
  }

  /** Whether bytes are missing before some that have arrived. */
  get hasGap(): boolean {
    return !this.#discarded && this.#highestOffset > this.#head()
  }

  /**
   * Takes over `data`, which must not change any more.
   * @param offset position of its first byte, RFC 0029 section 5.3.11
   * @returns whether more can be read than before
   */
  insert(offset: number, data: Uint8Array): boolean {
    const end = offset + data.length
    const head = this.#head()
    const hadGap = this.#highestOffset > head
    if (data.length > 0 && end > this.#highestOffset) this.#highestOffset = end
    if (this.#discarded || end <= head) return false

    const fresh = offset < head ? data.subarray(head - offset) : data
    if (!hadGap && offset <= head) {
      this.#ready.append(fresh)
      return true
    }
    this.#store(Math.max(offset, head), fresh)
    if (offset > head) return false
    this.#collect(head)
    return true
  }

  /**
   * The next bytes in order, up to `maxBytes`; perhaps fewer than there are, where more would be a copy. The array may share its buffer with bytes that
   * follow: it may be changed, but not transferred.
   */
  read(maxBytes: number): Uint8Array | undefined {
    const bytes = this.#ready.take(maxBytes)
    if (bytes !== undefined) this.#readOffset += bytes.length
    return bytes
  }

  /** Forgets all bytes, and those that still come. `highestOffset` goes on counting: flow control must charge them. */
  discard(): void {
    this.#discarded = true
    this.#ready.clear()
    this.#pages.clear()
  }

  /** The end of what can be read. */
  #head(): number {
    return this.#readOffset + this.#ready.length
  }

  #store(offset: number, data: Uint8Array): void {
    for (let stored = 0; stored < data.length;) {
      const index = Math.floor((offset + stored) / PAGE_SIZE)
      const start = offset + stored - index * PAGE_SIZE
      const part = data.subarray(stored, stored + PAGE_SIZE - start)
      let page = this.#pages.get(index)
      if (page === undefined) {
        page = { bytes: new Uint8Array(PAGE_SIZE), known: new Uint8Array(PAGE_SIZE / 8) }
        this.#pages.set(index, page)
      }
      fillUnknown(page, start, part)
      stored += part.length
    }
  }

  /** Moves the known bytes from `head` on to the readable ones. */
  #collect(head: number): void {
    for (;;) {
      const index = Math.floor(head / PAGE_SIZE)
      const page = this.#pages.get(index)
      if (page === undefined) return
      const start = head - index * PAGE_SIZE
      const end = knownUntil(page.known, start)
      this.#ready.append(page.bytes.subarray(start, end))
      if (end < PAGE_SIZE) return
      this.#pages.delete(index)
      head = (index + 1) * PAGE_SIZE
    }
  }
}

function fillUnknown({ bytes, known }: Page, start: number, data: Uint8Array): void {
  for (let i = 0; i < data.length;) {
    const at = start + i
    if (at % 8 === 0 && data.length - i >= 8) {
      // The same run of bits, all clear or all set, is the rule: whole octets of bits go at once.
      const bits = known[at >> 3]!
      let run = 1
      while (data.length - i >= (run + 1) * 8 && known[(at >> 3) + run] === bits) run++
      if (bits === 0) {
        bytes.set(data.subarray(i, i + run * 8), at)
        known.fill(0xff, at >> 3, (at >> 3) + run)
      }
      if (bits === 0 || bits === 0xff) {
        i += run * 8
        continue
      }
    }
    const bit = 1 << (at & 7)
    if ((known[at >> 3]! & bit) === 0) {
      known[at >> 3]! |= bit
      bytes[at] = data[i]!
    }
    i++
  }
}

function knownUntil(known: Uint8Array, start: number): number {
  let at = start
  while (at < PAGE_SIZE) {
    if (at % 8 === 0 && known[at >> 3] === 0xff) at += 8
    else if ((known[at >> 3]! & (1 << (at & 7))) !== 0) at++
    else break
  }
  return at
}
