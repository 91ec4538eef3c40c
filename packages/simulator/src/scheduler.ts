import type { Duration, Instant } from '@stream/flow'
import { SimulatorError } from './errors.js'
import { TimedQueue } from './timed-queue.js'

interface Task {
  action: (() => void) | undefined
}

/** Takes back what was scheduled; harmless when it has run. */
export type Cancel = () => void

/** What somebody needs to know of time. A `Scheduler` is one; the clock of a machine that is slow or set wrong is another. */
export interface VirtualClock {
  readonly now: Instant
  at(at: Instant, action: () => void): Cancel
}

export interface RunLimits {
  /** Stop when the clock would pass this instant, and set it there. Default: run until nothing is scheduled. */
  readonly until?: Instant
  /** Actions to run at most, so that a loop without end is found. Default 10 000 000. */
  readonly maxSteps?: number
}

/** Actions ran out before the simulation came to rest: something schedules itself for ever. */
export class SimulationStuckError extends Error {
  override readonly name = 'SimulationStuckError'
}

const DEFAULT_MAX_STEPS = 10_000_000

/** Virtual time: a clock in milliseconds that jumps from one scheduled action to the next. Nothing here waits. */
export class Scheduler implements VirtualClock {
  readonly #queue = new TimedQueue<Task>()
  #now: Instant
  #steps = 0

  /** `start`: what the clock shows at first. Default 0. */
  constructor(start: Instant = 0) {
    if (!Number.isFinite(start)) throw new SimulatorError('start', start, 'an instant in milliseconds')
    this.#now = start
  }

  get now(): Instant {
    return this.#now
  }

  /** Actions run so far. */
  get steps(): number {
    return this.#steps
  }

  /** Runs `action` at `at`, or next when that has passed. Equal instants run in the order they were scheduled. */
  at(at: Instant, action: () => void): Cancel {
    if (Number.isNaN(at)) throw new SimulatorError('at', at, 'an instant in milliseconds')
    const task: Task = { action }
    this.#queue.push(Math.max(at, this.#now), task)
    return () => {
      task.action = undefined
    }
  }

  /** Runs `action` after `delay` milliseconds. */
  after(delay: Duration, action: () => void): Cancel {
    return this.at(this.#now + delay, action)
  }

  /** Runs the next action; false when there is none. */
  step(): boolean {
    return this.#stepBefore(Infinity)
  }

  /** Runs until nothing is scheduled, or until the limits; gives the number of actions. */
  run({ until = Infinity, maxSteps = DEFAULT_MAX_STEPS }: RunLimits = {}): number {
    let steps = 0
    while (this.#stepBefore(until)) {
      if (++steps >= maxSteps) throw this.#stuck(maxSteps)
    }
    if (until !== Infinity) this.#now = Math.max(this.#now, until)
    return steps
  }

  /**
   * Runs until `done` says so, which is asked after every action. False when nothing was left to run, or `until` came first.
   */
  runUntil(done: () => boolean, { until = Infinity, maxSteps = DEFAULT_MAX_STEPS }: RunLimits = {}): boolean {
    for (let steps = 0; !done(); steps++) {
      if (steps >= maxSteps) throw this.#stuck(maxSteps)
      if (!this.#stepBefore(until)) return false
    }
    return true
  }

  #stepBefore(until: Instant): boolean {
    for (;;) {
      const at = this.#queue.nextAt
      if (at === undefined || at > until) return false
      const action = this.#queue.pop()?.action
      if (action === undefined) continue // Cancelled: the clock does not stop for it.
      this.#now = at
      this.#steps++
      action()
      return true
    }
  }

  #stuck(maxSteps: number): SimulationStuckError {
    return new SimulationStuckError(
      `still busy after ${maxSteps} actions, at ${this.#now} ms; ${this.#queue.size} wait`,
    )
  }
}

/** One deadline that moves: what a state machine asks for with its `timeout` output. */
export class Alarm {
  readonly #scheduler: VirtualClock
  readonly #fire: () => void
  #deadline: Instant | undefined
  #armedFor: Instant | undefined
  #cancel: Cancel = () => {}

  constructor(scheduler: VirtualClock, fire: () => void) {
    this.#scheduler = scheduler
    this.#fire = fire
  }

  /** Moves the deadline; `undefined` takes it away. */
  set(deadline: Instant | undefined): void {
    this.#deadline = deadline
    if (deadline === undefined || deadline === Infinity) {
      this.#disarm()
    } else if (this.#armedFor === undefined || deadline < this.#armedFor) {
      this.#disarm()
      this.#arm(deadline)
    }
    // A later deadline keeps the earlier task, which then arms itself again: no garbage per move.
  }

  #arm(at: Instant): void {
    this.#armedFor = at
    this.#cancel = this.#scheduler.at(at, () => this.#due())
  }

  #disarm(): void {
    this.#cancel()
    this.#armedFor = undefined
  }

  #due(): void {
    this.#armedFor = undefined
    const deadline = this.#deadline
    if (deadline === undefined) return
    if (deadline > this.#scheduler.now) return this.#arm(deadline)
    this.#deadline = undefined
    this.#fire()
  }
}
