import type { Duration, Instant } from '@stream/flow'

/** Time as a driver sees it: monotonic, in milliseconds. */
export interface Clock {
  now(): Instant
  /** The one bridge to wall time, for the expiry of ILP packets: milliseconds since the Unix epoch. */
  toEpoch(at: Instant): number
  fromEpoch(time: number): Instant
  /** Calls `fire` once, not before `at`. A `background` timer does not keep the process alive. */
  setTimer(at: Instant, fire: () => void, background?: boolean): () => void
}

/** Differences beyond this are a step of a clock, not the jitter of reading two of them. */
const STEP: Duration = 50
/** `setTimeout` fires at once when asked for more. */
export const MAX_DELAY: Duration = 2 ** 31 - 1

/** What tells one `performance` from another: fakes replace the function. */
const installedSource = (): unknown => Reflect.get(globalThis.performance, 'now')

/**
 * The process's clocks. `performance`, `Date` and `setTimeout` are looked up at every call, because programs replace
 * them (fake timers). A timer that fires long before its instant is such a fake: this clock then follows the timer. It
 * goes on where it was when `performance` is replaced by one that counts from 0, and when that one is taken away again.
 */
export function systemClock(): Clock {
  let skipped: Duration = 0
  let origin: number | undefined
  let source = installedSource()
  let last: Instant = 0

  const now = (): Instant => {
    const reading = globalThis.performance.now()
    if (installedSource() !== source || reading + skipped < last) {
      source = installedSource()
      skipped = last - reading
    }
    last = reading + skipped
    return last
  }
  /** The wall time at instant 0. Kept while the clocks agree, so that a time survives the way there and back exactly. */
  const epochOrigin = (): number => {
    const current = Date.now() - now()
    if (origin === undefined || Math.abs(current - origin) > STEP) origin = current
    return origin
  }

  return {
    now,
    toEpoch: (at) => Math.round(at + epochOrigin()),
    fromEpoch: (time) => time - epochOrigin(),
    setTimer(at, fire, background = false) {
      const delay = Math.min(Math.max(0, Math.ceil(at - now())), MAX_DELAY)
      const timer = globalThis.setTimeout(() => {
        const missing = at - now()
        if (delay < MAX_DELAY && missing > STEP) skipped += missing
        fire()
      }, delay)
      if (background) timer.unref?.()
      return () => globalThis.clearTimeout(timer)
    },
  }
}
