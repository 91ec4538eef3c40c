/** How far behind the highest sequence a packet may come: far more than peers keep in flight. */
const WINDOW = 4096

/** Which sequences of the peer have been seen, so that no packet takes effect twice. */
export class ReplayWindow {
  #highest = -1
  /** One bit for each of the last `WINDOW` sequences, in words of 32: most connections are short, and need the first only. */
  #firstWord = 0
  #words: number[] | undefined

  /** The largest sequence seen, -1 for none. */
  get highest(): number {
    return this.#highest
  }

  /** False: seen before, or too old to tell. */
  accept(sequence: number): boolean {
    if (this.has(sequence)) return false
    if (sequence > this.#highest) this.#advance(sequence)
    this.#set(sequence)
    return true
  }

  /** Seen, or too old to tell. */
  has(sequence: number): boolean {
    if (sequence > this.#highest) return false
    if (sequence <= this.#highest - WINDOW) return true
    const slot = sequence % WINDOW
    return (this.#word(slot) & (1 << (slot & 31))) !== 0
  }

  #advance(sequence: number): void {
    this.#reserve(sequence)
    const from = Math.max(this.#highest + 1, sequence - WINDOW + 1)
    // Slots are reused: whatever an older sequence left there is forgotten.
    for (let s = from; s < sequence; s++) this.#clear(s)
    this.#highest = sequence
    this.#clear(sequence)
  }

  #reserve(sequence: number): void {
    const words = Math.min(WINDOW / 32, Math.floor(sequence / 32) + 1)
    if (words === 1) return
    this.#words ??= [this.#firstWord]
    while (this.#words.length < words) this.#words.push(0)
  }

  #word(slot: number): number {
    return this.#words === undefined ? this.#firstWord : this.#words[slot >>> 5]!
  }

  #setWord(slot: number, bits: number): void {
    if (this.#words === undefined) this.#firstWord = bits
    else this.#words[slot >>> 5] = bits
  }

  #set(sequence: number): void {
    const slot = sequence % WINDOW
    this.#setWord(slot, this.#word(slot) | (1 << (slot & 31)))
  }
  #clear(sequence: number): void {
    const slot = sequence % WINDOW
    this.#setWord(slot, this.#word(slot) & ~(1 << (slot & 31)))
  }
}
