/** What can stand in lines: it remembers in which, one bit for each, so that nothing is searched. */
export interface Waiting {
  inTurns: number
}

const BITS = { frames: 1, money: 2, stalled: 4, changed: 8, lingering: 16 } as const

/** With frames or money to send; with money that nothing lets go; changed; waiting for bytes that a close overtook. */
export type Line = keyof typeof BITS

/**
 * Who is next, in several lines: each stands in a line once, in the order in which it came. Adding, looking, and taking
 * the first are cheap however many wait; an empty line holds nothing.
 */
export class Turns<T extends Waiting> {
  private frames: T[] | undefined
  private money: T[] | undefined
  private stalled: T[] | undefined
  private changed: T[] | undefined
  private lingering: T[] | undefined

  size(line: Line): number {
    return this[line]?.length ?? 0
  }

  isEmpty(line: Line): boolean {
    return this[line] === undefined
  }

  /** Nobody stands in any line. */
  get areNone(): boolean {
    return Object.keys(BITS).every((line) => this.isEmpty(line as Line))
  }

  /** The one in this place; 0 is the first. */
  at(line: Line, place: number): T | undefined {
    return this[line]?.[place]
  }

  /** Without effect on one that is in the line already. */
  add(line: Line, one: T): void {
    if ((one.inTurns & BITS[line]) !== 0) return
    one.inTurns |= BITS[line]
    const all = this[line]
    if (all === undefined) this[line] = [one]
    else all.push(one)
  }

  delete(line: Line, one: T): void {
    if ((one.inTurns & BITS[line]) === 0) return
    one.inTurns &= ~BITS[line]
    const all = this[line]!
    if (all.length === 1) this[line] = undefined
    else if (all[0] === one) all.shift()
    else all.splice(all.indexOf(one), 1)
  }

  /** To the end of the line. */
  requeue(line: Line, one: T): void {
    const all = this[line]
    if (all?.length === 1 && all[0] === one) return
    this.delete(line, one)
    this.add(line, one)
  }

  /** Nobody waits any more: returns who did. */
  takeAll(line: Line): readonly T[] {
    const all = this[line]
    if (all === undefined) return NOBODY
    this[line] = undefined
    for (const one of all) one.inTurns &= ~BITS[line]
    return all
  }
}

const NOBODY: readonly never[] = []
