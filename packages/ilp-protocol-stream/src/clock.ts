import type { Duration, Instant } from '@stream/flow'

/** Time as a driver sees it: monotonic, in milliseconds. */
export interface Clock {
  now(): Instant
  /** The one bridge to wall time, for the expiry of ILP packets: milliseconds since the Unix epoch. */
  toEpoch(at: Instant): number
  fromEpoch(time: number): Instant
  /** Tells `timed` once, not before `at`. A `background` timer does not keep the process alive. */
  setTimer(at: Instant, timed: Timed, background?: boolean): unknown
  /** Without effect on one that has fired, and on none. */
  clearTimer(timer: unknown): void
}

/** Who waits for an instant. */
export interface Timed {
  onTimer(): void
}

/** Differences beyond this are a step of a clock, not the jitter of reading two of them. */
const STEP: Duration = 50
/** `setTimeout` fires at once when asked for more. */
export const MAX_DELAY: Duration = 2 ** 31 - 1

/** What tells one `performance` from another: fakes replace the function. */
const installedSource = (performance = globalThis.performance): unknown => Reflect.get(performance, 'now')

/**
 * The process's clocks. `performance`, `Date` and `setTimeout` are looked up at every call, because programs replace
 * them (fake timers). A timer that fires long before its instant is such a fake: this clock then follows the timer. It
 * goes on where it was when `performance` is replaced by one that counts from 0, and when that one is taken away again.
 */
export function systemClock(): Clock {
  return new SystemClock()
}

class SystemClock implements Clock {
  #skipped: Duration = 0
  #origin: number | undefined
  #source = installedSource()
  #last: Instant = 0

  now(): Instant {
    const { performance } = globalThis
    const reading = performance.now()
    const source = installedSource(performance)
    if (source !== this.#source || reading + this.#skipped < this.#last) {
      this.#source = source
      this.#skipped = this.#last - reading
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
    const delay = Math.min(Math.max(0, Math.ceil(at - this.now())), MAX_DELAY)
    const timer = globalThis.setTimeout(() => {
      const missing = at - this.now()
      if (delay < MAX_DELAY && missing > STEP) this.#skipped += missing
      timed.onTimer()
    }, delay)
    if (background) timer.unref?.()
    return timer
  }

  clearTimer(timer: unknown): void {
    globalThis.clearTimeout(timer as NodeJS.Timeout | undefined)
  }

  /** The wall time at instant 0. Kept while the clocks agree, so that a time survives the way there and back exactly. */
  #epochOrigin(): number {
    const current = Date.now() - this.now()
    if (this.#origin === undefined || Math.abs(current - this.#origin) > STEP) this.#origin = current
    return this.#origin
  }
}
