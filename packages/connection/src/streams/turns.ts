/** What can stand in lines: it remembers in which, one bit for each, so that nothing is searched. */
export interface Waiting {
  inTurns: number
}

/** With frames or money to send; with money that nothing lets go; changed; waiting for bytes that a close overtook. */
export const Line = { Frames: 0, Money: 1, Stalled: 2, Changed: 3, Lingering: 4 } as const
export type Line = (typeof Line)[keyof typeof Line]

/**
 * Who is next, in several lines: each stands in a line once, in the order in which it came. Adding, looking, and taking
 * the first are cheap however many wait; an empty line holds nothing.
 */
export class Turns<T extends Waiting> {
  // By number: properties found by a name that is only known then would be searched for each time.
  readonly #lines: (T[] | undefined)[] = [undefined, undefined, undefined, undefined, undefined]

  size(line: Line): number {
    return this.#lines[line]?.length ?? 0
  }

  isEmpty(line: Line): boolean {
    return this.#lines[line] === undefined
  }

  /** Nobody stands in any line. */
  get areNone(): boolean {
    return this.#lines.every((all) => all === undefined)
  }

  /** The one in this place; 0 is the first. */
  at(line: Line, place: number): T | undefined {
    return this.#lines[line]?.[place]
  }

  /** Without effect on one that is in the line already. */
  add(line: Line, one: T): void {
    if ((one.inTurns & (1 << line)) !== 0) return
    one.inTurns |= 1 << line
    const all = this.#lines[line]
    if (all === undefined) this.#lines[line] = [one]
    else all.push(one)
  }

  delete(line: Line, one: T): void {
    if ((one.inTurns & (1 << line)) === 0) return
    one.inTurns &= ~(1 << line)
    const all = this.#lines[line]!
    if (all.length === 1) this.#lines[line] = undefined
    else if (all[0] === one) all.shift()
    else all.splice(all.indexOf(one), 1)
  }

  /** To the end of the line. */
  requeue(line: Line, one: T): void {
    const all = this.#lines[line]
    if (all?.length === 1 && all[0] === one) return
    this.delete(line, one)
    this.add(line, one)
  }

  /** Nobody waits any more: returns who did. */
  takeAll(line: Line): readonly T[] {
    const all = this.#lines[line]
    if (all === undefined) return NOBODY
    this.#lines[line] = undefined
    for (const one of all) one.inTurns &= ~(1 << line)
    return all
  }
}

const NOBODY: readonly never[] = []
