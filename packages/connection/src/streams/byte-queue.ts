/**
 * A queue of bytes that does not care how they were cut: small pieces are gathered into blocks, so that one-byte writes
 * cost about as much memory as long ones, and large ones are kept as they came.
 */

/** Where small pieces are gathered, bytes. */
const BLOCK_SIZE = 4096
/** A view this small costs more than its bytes. */
const SMALLEST_PIECE = 512
/** Above this a copy costs more than handing out pieces one by one. */
const MOST_GATHERED = 8192
/** A view keeps its whole buffer alive: the buffer may be at most this many times larger. */
const WORST_RETENTION = 4

interface Piece {
  readonly buffer: Uint8Array
  start: number
  end: number
}

export class ByteQueue {
  #pieces: (Piece | undefined)[] = []
  #first = 0
  #length = 0
  /** The last piece when it is a block of ours with room at its end. */
  #open: Piece | undefined

  /** Bytes in the queue. */
  get length(): number {
    return this.#length
  }

  /** Takes over `data`: the caller must not change it any more. Copies it where a view would waste memory. */
  append(data: Uint8Array): void {
    if (data.length < SMALLEST_PIECE || isWasteful(data.length, data.buffer.byteLength)) this.appendCopy(data)
    else this.#push(data)
  }

  /** Copies `data`: the caller may reuse it. */
  appendCopy(data: Uint8Array): void {
    let copied = 0
    const open = this.#open
    if (open !== undefined) {
      copied = Math.min(data.length, open.buffer.length - open.end)
      open.buffer.set(data.subarray(0, copied), open.end)
      open.end += copied
      this.#length += copied
    }
    const rest = data.length - copied
    if (rest === 0) return
    // Not `slice`: that of a Node Buffer does not copy.
    if (rest >= SMALLEST_PIECE) return this.#push(new Uint8Array(data.subarray(copied)))
    const block = new Uint8Array(BLOCK_SIZE)
    block.set(data.subarray(copied))
    this.#push(block, rest)
  }

  /**
   * The next bytes, up to `maxBytes`, in one array. Small pieces are gathered; a large one comes as it lies, so that the
   * result may be shorter than what there is.
   */
  take(maxBytes: number): Uint8Array | undefined {
    const size = this.#sizeToTake(maxBytes)
    if (!(size > 0)) return undefined
    const first = this.#pieces[this.#first]!
    if (first.end - first.start >= size) return this.#cut(first, size)
    const gathered = new Uint8Array(size)
    for (let filled = 0; filled < size;) {
      const piece = this.#pieces[this.#first]!
      const part = Math.min(piece.end - piece.start, size - filled)
      gathered.set(piece.buffer.subarray(piece.start, piece.start + part), filled)
      filled += part
      this.#consume(piece, part)
    }
    return gathered
  }

  #sizeToTake(maxBytes: number): number {
    const size = Math.min(maxBytes, this.#length)
    if (!(size > MOST_GATHERED)) return size
    let whole = 0
    for (let i = this.#first; i < this.#pieces.length; i++) {
      const { start, end } = this.#pieces[i]!
      if (whole > 0 && whole + end - start > MOST_GATHERED) break
      whole += end - start
      if (whole >= size) return size
    }
    return whole
  }

  clear(): void {
    this.#pieces = []
    this.#first = 0
    this.#length = 0
    this.#open = undefined
  }

  #push(buffer: Uint8Array, end = buffer.length): void {
    const piece = { buffer, start: 0, end }
    this.#pieces.push(piece)
    this.#length += end
    this.#open = end < buffer.length ? piece : undefined
  }

  #cut(piece: Piece, size: number): Uint8Array {
    const view = piece.buffer.subarray(piece.start, piece.start + size)
    this.#consume(piece, size)
    return isWasteful(size, view.buffer.byteLength) ? new Uint8Array(view) : view
  }

  #consume(piece: Piece, size: number): void {
    piece.start += size
    this.#length -= size
    if (piece.start < piece.end) return
    if (piece === this.#open) this.#open = undefined
    // The rule: what came is taken before more comes. Popping keeps the array's memory.
    if (this.#pieces.length === 1) return void this.#pieces.pop()
    this.#pieces[this.#first++] = undefined
    // Dropping the emptied front only once it is half of the array keeps every step O(1) on average.
    if (this.#first * 2 >= this.#pieces.length) {
      this.#pieces.splice(0, this.#first)
      this.#first = 0
    }
  }
}

function isWasteful(size: number, bufferSize: number): boolean {
  return size * WORST_RETENTION < bufferSize
}
