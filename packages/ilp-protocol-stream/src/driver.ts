import type { Connection, ConnectionEvent, Input, Output, PrepareId } from '@stream/connection'
import type { Instant } from '@stream/flow'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import type { Clock } from './clock.js'
import type { Timed } from './shared-timers.js'
import { logger } from './logger.js'
import type { Answer, Transport } from './transport.js'
import { isTurnOver, nextTurn } from './turn.js'

/**
 * How the one who watches a driven connection is told; one object for all of its kind. It may not do harm by throwing:
 * that is logged, and the driver goes on.
 */
export interface DriverListener<T> {
  /** In order; commands given from here take part in the same drain. */
  onEvent(told: T, event: ConnectionEvent): void
  /** The core or an option given to it threw, which is a bug: nothing more will be told. */
  onFault(told: T, error: unknown): void
}

/** Who asked to be told of the next drain. */
export interface Watcher {
  /** Everything that could leave has left. */
  onDrained(): void
}

interface PendingPrepare {
  readonly id: PrepareId
  readonly prepare: IlpPrepare
  readonly answer: Answer
}

const log = logger('Driver')
const INTERNAL_ERROR: IlpReply = { type: 'reject', code: 'T00', triggeredBy: '', message: '', data: new Uint8Array(0) }

/**
 * Runs a core connection in the real world: hands its Prepares to a transport and what comes back to it, and keeps its
 * one timer. Inputs are drained at once. Commands of the application are drained together at the end of the current
 * turn, so that what is said in one breath (money on two streams, data and its end) travels in one packet.
 */
export class ConnectionDriver implements Timed {
  readonly connection: Connection
  readonly #transport: Transport
  readonly #clock: Clock
  #watching: Set<Watcher> | undefined
  #told: unknown
  #listener: DriverListener<unknown> | undefined
  #draining = false
  /** Somebody counts from an instant in the midst of the drain. */
  #isTimed = false
  #scheduled = false
  #isInterrupted = false
  #timer: unknown
  #timerAt: Instant | undefined
  #timerInBackground = false
  /** The Prepare that came last, which mostly is answered before the next one comes. */
  #newest: PendingPrepare | undefined
  /** Earlier ones that wait for a decision. */
  #prepares: Map<PrepareId, PendingPrepare> | undefined
  #nextId = 0
  #isGivenUp = false
  /** Answered in this drain: events behind the reply may speak of them. */
  #answered: PendingPrepare[] | undefined

  constructor(connection: Connection, transport: Transport, clock: Clock) {
    this.connection = connection
    this.#transport = transport
    this.#clock = clock
  }

  now(): Instant {
    return this.#clock.now()
  }

  /**
   * Starts: from here on events are told and timers run. Nothing leaves in this turn of the event loop unless a command
   * is given in it: what an application does as soon as it has its connection travels in the first packet.
   */
  start<T>(told: T, listener: DriverListener<T>): void {
    this.#told = told
    this.#listener = listener
    nextTurn(() => this.#drain())
  }

  /** A command of the application. Errors of misuse pass through to the caller. */
  run<R>(command: (connection: Connection) => R): R {
    try {
      return command(this.connection)
    } finally {
      if (this.#draining) this.#isTimed = true
      else this.#schedule()
    }
  }

  /**
   * A Prepare for this connection; `expiresAt` is wall time. `answer` is called once, mostly before this returns.
   * @param plaintext its envelope, if somebody opened it already
   * @param now if somebody has looked at the clock already
   */
  receive(prepare: IlpPrepare, answer: Answer, plaintext?: Uint8Array, now = this.#clock.now()): void {
    if (this.#isGivenUp) return answer(INTERNAL_ERROR)
    const id = this.#nextId++
    if (this.#newest !== undefined) {
      this.#prepares ??= new Map()
      this.#prepares.set(this.#newest.id, this.#newest)
    }
    this.#newest = { id, prepare, answer }
    const { amount, destination, executionCondition, data } = prepare
    const expiresAt = this.#clock.fromEpoch(prepare.expiresAt)
    const received = { amount, destination, executionCondition, expiresAt, data }
    this.#input({ type: 'prepare', id, prepare: received, plaintext }, now)
  }

  /** One `onDrained`, after the next drain. */
  watch(watcher: Watcher): void {
    this.#watching ??= new Set()
    this.#watching.add(watcher)
  }

  /** The Prepare that an event speaks of. */
  prepareOf(id: PrepareId): IlpPrepare | undefined {
    const pending = this.#newest?.id === id ? this.#newest : this.#prepares?.get(id)
    return (pending ?? this.#answered?.find((answered) => answered.id === id))?.prepare
  }

  /** Decides one `moneyOffered`, now: what it brings in is told before anything else happens. */
  decide(id: PrepareId, accept: boolean, reason?: Uint8Array): void {
    if (this.#isGivenUp) return
    try {
      this.connection.decide(id, accept, reason)
    } catch (error) {
      this.#giveUp(error)
    }
    this.#drain()
  }

  #input(input: Input, now = this.#clock.now()): void {
    if (this.#isGivenUp) return
    try {
      this.connection.handleInput(now, input)
    } catch (error) {
      this.#giveUp(error)
    }
    // What a reply makes room for waits as long as the rest does.
    if (!this.#isInterrupted || input.type !== 'reply') this.#drain(now)
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    void Promise.resolve().then(() => this.#drain())
  }

  #drain(now?: Instant): void {
    if (this.#draining) {
      this.#isTimed = true
      return
    }
    if (this.#isGivenUp) return
    this.#draining = true
    this.#scheduled = false
    try {
      this.#pollUntilDrained(now ?? this.#clock.now())
    } catch (error) {
      this.#giveUp(error)
    }
    this.#draining = false
    this.#answered = undefined
    if (!this.#isInterrupted) this.#tellDrained()
  }

  /** Over a plugin that answers at once packets could go round for ever: timers and sockets get their turn in between. */
  #interrupt(): void {
    if (this.#isInterrupted) return
    this.#isInterrupted = true
    nextTurn(() => {
      this.#isInterrupted = false
      this.#drain()
    })
  }

  /** A bug ends the one connection that met it, not the process with all its others. */
  #giveUp(bug: unknown): void {
    if (this.#isGivenUp) return
    this.#isGivenUp = true
    log.error('connection given up: %s', bug instanceof Error ? bug.stack : bug)
    this.#clock.clearTimer(this.#timer, this)
    for (const { answer } of this.#prepares?.values() ?? []) answer(INTERNAL_ERROR)
    this.#prepares = undefined
    this.#newest?.answer(INTERNAL_ERROR)
    this.#newest = undefined
    try {
      this.#listener?.onFault(this.#told, bug)
    } catch (error) {
      logHandlerError(error)
    }
  }

  /** The clock is read again only where time may have passed, or somebody counts from it. */
  #pollUntilDrained(from: Instant): void {
    let now = from
    for (;;) {
      if (this.#isTimed) now = this.#clock.now()
      this.#isTimed = false
      const output = this.connection.pollOutput(now)
      switch (output.type) {
        case 'reply':
          this.#reply(output)
          break
        case 'prepare':
          this.#send(output)
          if (isTurnOver()) return this.#interrupt()
          now = this.#clock.now()
          break
        case 'event':
          this.#tell(output.event)
          break
        case 'timeout':
          return this.#arm(output)
      }
    }
  }

  #tell(event: ConnectionEvent): void {
    try {
      this.#listener?.onEvent(this.#told, event)
    } catch (error) {
      logHandlerError(error)
    }
  }

  #tellDrained(): void {
    const watching = this.#watching
    if (watching === undefined) return
    // Whoever asks again while being told waits for the next drain.
    this.#watching = undefined
    try {
      for (const watcher of watching) watcher.onDrained()
    } catch (error) {
      logHandlerError(error)
    }
  }

  #reply({ id, reply }: Extract<Output, { type: 'reply' }>): void {
    const pending = this.#takePending(id)
    if (pending === undefined) return
    if (this.#answered === undefined) this.#answered = [pending]
    else this.#answered.push(pending)
    pending.answer(reply)
  }

  #takePending(id: PrepareId): PendingPrepare | undefined {
    const newest = this.#newest
    if (newest?.id === id) {
      this.#newest = undefined
      return newest
    }
    const pending = this.#prepares?.get(id)
    if (pending !== undefined) this.#prepares?.delete(id)
    return pending
  }

  #send({ sequence, prepare, expiresAt }: Extract<Output, { type: 'prepare' }>): void {
    const { amount, destination, executionCondition, data } = prepare
    // Field by field: spreading and adding a property costs as much as sealing the packet.
    this.#transport.send(
      { amount, destination, executionCondition, expiresAt: this.#clock.toEpoch(expiresAt), data },
      (reply) => this.#input({ type: 'reply', sequence, reply }),
      (cause) => {
        log.debug('packet %d could not be sent: %s', sequence, cause)
        this.#input({ type: 'sendFailed', sequence, cause })
      },
    )
  }

  /** A timer that would fire earlier stays: the core does not mind, and traffic need not set a new one each time. */
  #arm({ at, idle }: Extract<Output, { type: 'timeout' }>): void {
    if (at === undefined) {
      this.#clock.clearTimer(this.#timer, this)
      this.#timer = this.#timerAt = undefined
      return
    }
    if (this.#timerAt !== undefined && this.#timerAt <= at && this.#timerInBackground === idle) return
    this.#clock.clearTimer(this.#timer, this)
    // Whole milliseconds, as timers have: a fraction would be an object of its own.
    this.#timerAt = Math.floor(at)
    this.#timerInBackground = idle
    this.#timer = this.#clock.setTimer(at, this, idle)
  }

  /** From the clock. */
  onTimer(): void {
    this.#timer = this.#timerAt = undefined
    this.#input({ type: 'timeout' })
  }
}

function logHandlerError(error: unknown): void {
  log.error('error in an event handler: %s', error)
}
