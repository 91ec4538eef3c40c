import { TimedQueue } from '@stream/simulator'

/** setTimeout counts whole milliseconds; what is due within half of one leaves now rather than a whole one late. */
const EARLY_MS = 0.5

/**
 * Runs things when they are due, with one timer for all of them: thousands of packets a second cost a timer per millisecond.
 * Times are milliseconds of `performance.now()`.
 */
export class DelayLine {
  readonly #due = new TimedQueue<() => void>()
  #timer: NodeJS.Timeout | undefined
  #armedFor = Infinity

  now(): number {
    return performance.now()
  }

  get size(): number {
    return this.#due.size
  }

  /** Runs `action` at `at`; at once when that has come and nothing that is due earlier waits. */
  schedule(at: number, action: () => void): void {
    if (this.#due.size === 0 && at <= this.now()) {
      action()
      return
    }
    this.#due.push(at, action)
    this.#arm()
  }

  /** Runs everything now, in order. For closing. */
  flush(): void {
    for (let action = this.#due.pop(); action !== undefined; action = this.#due.pop()) action()
    this.#disarm()
  }

  #arm(): void {
    const at = this.#due.nextAt
    if (at === undefined) return this.#disarm()
    if (at >= this.#armedFor) return
    this.#disarm()
    this.#armedFor = at
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, at - this.now()))
  }

  #disarm(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#armedFor = Infinity
  }

  #fire(): void {
    this.#disarm()
    // Read once: what the actions schedule for now waits for the next turn, so other IO gets its chance.
    const until = this.now() + EARLY_MS
    for (let action = this.#due.popDue(until); action !== undefined; action = this.#due.popDue(until)) action()
    this.#arm()
  }
}
