import { onTestFinished, vi } from 'vitest'
import type { Scheduler } from '../../../simulator/src/scheduler.js'

/** Some day, in whole milliseconds. */
export const START = 1_700_000_000_000
/** Milliseconds between two looks at what happens: short while packets travel, long when all is quiet. */
const STEP = 10
const QUIET_STEP = 200
const QUIET_AFTER = 30

/**
 * The program's timers and clocks, and a simulated network, driven in one virtual time. Promises, immediates and Node's
 * own streams run as they do in life, between two steps.
 */
export class VirtualTime {
  readonly #scheduler: Scheduler
  readonly #origin: number
  #quiet = 0

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
      now: START,
    })
    onTestFinished(() => void vi.useRealTimers())
    this.#origin = performance.now()
  }

  /** Whole milliseconds since the beginning, whatever the time of day is said to be. */
  get elapsed(): number {
    return Math.round(performance.now() - this.#origin)
  }

  /** Timers of the program that would still fire. */
  get timers(): number {
    return vi.getTimerCount()
  }

  /** The time of day is told wrong by so much from now on; 0: right. */
  setWrong(by: number): void {
    vi.setSystemTime(START + this.elapsed + Math.round(by))
  }

  /** The machine sleeps: its timers are late, and what arrived meanwhile comes all at once. */
  async sleep(duration: number): Promise<void> {
    vi.advanceTimersByTime(Math.round(duration))
    await settle()
  }

  async until(time: number): Promise<void> {
    const instant = Math.ceil(time)
    while (this.elapsed < instant) {
      await settle()
      const step = this.#quiet > QUIET_AFTER ? QUIET_STEP : STEP
      vi.advanceTimersByTime(Math.min(step, instant - this.elapsed))
      const moved = this.#scheduler.run({ until: START + this.elapsed })
      this.#quiet = moved > 0 ? 0 : this.#quiet + 1
    }
    await settle()
  }
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
}
