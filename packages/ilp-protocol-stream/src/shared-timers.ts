import type { Duration, Instant } from '@stream/flow'
import { nextTurn } from './turn.js'

const TICK: Duration = 1_000
/** Told in one turn of the event loop: a few milliseconds' work. */
const MOST_AT_ONCE = 500

/** Who waits for an instant. */
export interface Timed {
  onTimer(): void
}

/** Those that wait for the same second, and the one timer they have. */
class SharedTimer {
  readonly waiting = new Set<Timed>()
  timer: NodeJS.Timeout | undefined
  /** The function that set it: nobody may join one that belonged to fakes which are gone by now. */
  readonly setBy = globalThis.setTimeout

  constructor(readonly at: Instant) {}
}

interface TimerStarter {
  startTimer(at: Instant, fire: () => void, background: boolean): NodeJS.Timeout
}

/**
 * One timer for each second in which something is due, so that thousands of idle connections do not need thousands. It
 * fires at the beginning of the second: whoever is early sets a timer of its own for the rest.
 */
export class SharedTimers {
  readonly #bySecond = new Map<Instant, SharedTimer>()

  constructor(private readonly clock: TimerStarter) {}

  /** Tells `timed` once, up to a second before `at`; does not keep the process alive. */
  join(at: Instant, timed: Timed): SharedTimer {
    const second = Math.floor(at / TICK) * TICK
    const known = this.#bySecond.get(second)
    const shared = known?.setBy === globalThis.setTimeout ? known : this.#start(second)
    shared.waiting.add(timed)
    return shared
  }

  /** False: it is no shared timer. */
  leave(timer: unknown, timed: Timed): boolean {
    if (!(timer instanceof SharedTimer)) return false
    timer.waiting.delete(timed)
    if (timer.waiting.size === 0) this.#stop(timer)
    return true
  }

  #start(at: Instant): SharedTimer {
    const shared = new SharedTimer(at)
    this.#bySecond.set(at, shared)
    shared.timer = this.clock.startTimer(at, () => this.#fire(shared), true)
    return shared
  }

  #stop(shared: SharedTimer): void {
    globalThis.clearTimeout(shared.timer)
    if (this.#bySecond.get(shared.at) === shared) this.#bySecond.delete(shared.at)
  }

  /** However many wait, packets and other timers get their turn in between. */
  #fire(shared: SharedTimer): void {
    this.#stop(shared)
    let left = MOST_AT_ONCE
    for (const timed of shared.waiting) {
      if (left-- === 0) return nextTurn(() => this.#fire(shared))
      shared.waiting.delete(timed)
      timed.onTimer()
    }
  }
}
