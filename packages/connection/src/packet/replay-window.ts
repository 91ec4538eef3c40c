/** How far behind the highest sequence a packet may come: far more than peers keep in flight. */
const WINDOW = 4096

/** Which sequences of the peer have been seen, so that no packet takes effect twice. */
export class ReplayWindow {
  #highest = -1
  /** One bit for each of the last `WINDOW` sequences; grows with use, most connections are short. */
  readonly #seen: number[] = [0]

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
    return (this.#seen[slot >>> 5]! & (1 << (slot & 31))) !== 0
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
    while (this.#seen.length < words) this.#seen.push(0)
  }

  #set(sequence: number): void {
    const slot = sequence % WINDOW
    this.#seen[slot >>> 5]! |= 1 << (slot & 31)
  }
  #clear(sequence: number): void {
    const slot = sequence % WINDOW
    this.#seen[slot >>> 5]! &= ~(1 << (slot & 31))
  }
}
