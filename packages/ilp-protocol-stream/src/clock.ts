import type { Duration, Instant } from '@stream/flow'
import { SharedTimers, type Timed } from './shared-timers.js'

/** Time as a driver sees it: monotonic, in milliseconds. */
export interface Clock {
  now(): Instant
  /** The one bridge to wall time, for the expiry of ILP packets: milliseconds since the Unix epoch. */
  toEpoch(at: Instant): number
  fromEpoch(time: number): Instant
  /**
   * Tells `timed` once, not before `at`, or, for a `background` timer that is far off, at most a second before. A
   * `background` timer does not keep the process alive.
   */
  setTimer(at: Instant, timed: Timed, background?: boolean): unknown
  /** Without effect on one that has fired, and on none. */
  clearTimer(timer: unknown, timed: Timed): void
}

/** Differences beyond this are a step of a clock, not the jitter of reading two of them. */
const STEP: Duration = 50
/** Timers fire up to a millisecond before `performance` says so. */
const EARLY: Duration = 2
/** `setTimeout` fires at once when asked for more. */
export const MAX_DELAY: Duration = 2 ** 31 - 1
/**
 * From here on background timers share one for each second: idle timeouts and what else a connection at rest waits for.
 * They end to the millisecond all the same, for who is told early asks again.
 */
const FAR_OFF: Duration = 10_000

/** Wall time steps seldom: it is not read for every packet, unless a program has put its own in place. */
const COMPARED_EVERY: Duration = 1

/** What tells one `performance` from another: fakes replace the function. */
const installedSource = (performance = globalThis.performance): unknown => Reflect.get(performance, 'now')

/**
 * The process's clocks. `performance`, `Date` and `setTimeout` are looked up at every call, because programs replace
 * them (fake timers). A timer that fires long before its instant is such a fake: this clock then follows the timer. It
 * goes on where it was when `performance` is replaced by one that counts from 0, and when that one is taken away again.
 */
export function systemClock(): Clock {
  return processClock
}

export class SystemClock implements Clock {
  readonly #shared = new SharedTimers(this)
  #skipped: Duration = 0
  #origin: number | undefined
  /** When to compare them again: not for every packet. */
  #compareAt: Instant = -Infinity
  #source = installedSource()
  #last: Instant = 0
  /** The wall time this clock began with. */
  readonly #wallTime = Date.now

  now(): Instant {
    const { performance } = globalThis
    const reading = performance.now()
    const source = installedSource(performance)
    if (source !== this.#source || reading + this.#skipped < this.#last) {
      this.#source = source
      // Whole milliseconds, as fakes count them: sums with a fraction would be off by their rounding, and timers with them.
      this.#skipped = Math.ceil(this.#last - reading)
    }
    this.#last = reading + this.#skipped
    return this.#last
  }

  toEpoch(at: Instant): number {
    return Math.round(at + this.#epochOrigin())
  }

  fromEpoch(time: number): Instant {
    return time - this.#epochOrigin()
  }

  setTimer(at: Instant, timed: Timed, background = false): unknown {
    if (background && at - this.now() >= FAR_OFF) return this.#shared.join(at, timed)
    return this.startTimer(at, () => timed.onTimer(), background)
  }

  clearTimer(timer: unknown, timed: Timed): void {
    if (!this.#shared.leave(timer, timed)) globalThis.clearTimeout(timer as NodeJS.Timeout | undefined)
  }

  /** A timer of its own. */
  startTimer(at: Instant, fire: () => void, background: boolean): NodeJS.Timeout {
    const delay = Math.min(Math.max(0, Math.ceil(at - this.now())), MAX_DELAY)
    const timer = globalThis.setTimeout(() => {
      const missing = at - this.now()
      if (delay < MAX_DELAY && missing > EARLY) this.#skipped += missing
      fire()
    }, delay)
    if (background) timer.unref?.()
    return timer
  }

  /** The wall time at instant 0. Kept while the clocks agree, so that a time survives the way there and back exactly. */
  #epochOrigin(): number {
    if (this.#origin !== undefined && this.#last < this.#compareAt && Date.now === this.#wallTime) return this.#origin
    const current = Date.now() - this.now()
    this.#compareAt = this.#last + COMPARED_EVERY
    if (this.#origin === undefined || Math.abs(current - this.#origin) > STEP) this.#origin = current
    return this.#origin
  }
}

const processClock = new SystemClock()
