/** What can stand in lines: it remembers in which, one bit for each, so that nothing is searched. */
export interface Waiting {
  inTurns: number
}

/**
 * Who is next: each stands in the line once, in the order in which it came. Adding, looking, and taking the first are
 * cheap however many wait; an empty line holds nothing.
 */
export class Turns<T extends Waiting> {
  readonly #bit: number
  #line: T[] | undefined

  /** @param bit a power of two, another one for each line that the same things stand in */
  constructor(bit: number) {
    this.#bit = bit
  }

  get size(): number {
    return this.#line === undefined ? 0 : this.#line.length
  }

  /** The one in this place; 0 is the first. */
  at(place: number): T | undefined {
    return this.#line === undefined ? undefined : this.#line[place]
  }

  /** Without effect on one that is in the line already. */
  add(one: T): void {
    if ((one.inTurns & this.#bit) !== 0) return
    one.inTurns |= this.#bit
    if (this.#line === undefined) this.#line = [one]
    else this.#line.push(one)
  }

  delete(one: T): void {
    if ((one.inTurns & this.#bit) === 0) return
    one.inTurns &= ~this.#bit
    const line = this.#line!
    if (line.length === 1) this.#line = undefined
    else if (line[0] === one) line.shift()
    else line.splice(line.indexOf(one), 1)
  }

  /** To the end of the line. */
  requeue(one: T): void {
    if (this.#line?.length === 1 && this.#line[0] === one) return
    this.delete(one)
    this.add(one)
  }

  /** Nobody waits any more: returns who did. */
  takeAll(): readonly T[] {
    const line = this.#line
    if (line === undefined) return NOBODY
    this.#line = undefined
    for (const one of line) one.inTurns &= ~this.#bit
    return line
  }
}

const NOBODY: readonly never[] = []
