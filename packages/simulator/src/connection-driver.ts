import type { Connection, ConnectionEvent, Output, PrepareId } from '@stream/connection'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import { Alarm, SimulationStuckError, type VirtualClock } from './scheduler.js'

/** Hands a Prepare to the network; `onReply` is called at most once, and never from within. */
export type SendPrepare = (prepare: IlpPrepare, onReply: (reply: IlpReply) => void) => void

/** A core that has this many outputs without coming to rest will never do so. */
const MAX_OUTPUTS = 1_000_000

/** Runs a connection in virtual time: gives it what arrives, sends what it puts out, wakes it when it asked to be. */
export class ConnectionDriver {
  readonly connection: Connection
  readonly #send: SendPrepare
  readonly #scheduler: VirtualClock
  readonly #onEvent: (event: ConnectionEvent, driver: ConnectionDriver) => void
  readonly #alarm: Alarm
  readonly #replies = new Map<PrepareId, (reply: IlpReply) => void>()
  #nextPrepareId = 0
  #isDraining = false

  constructor(
    connection: Connection,
    send: SendPrepare,
    scheduler: VirtualClock,
    onEvent: (event: ConnectionEvent, driver: ConnectionDriver) => void,
  ) {
    this.connection = connection
    this.#send = send
    this.#scheduler = scheduler
    this.#onEvent = onEvent
    this.#alarm = new Alarm(scheduler, () => this.run(() => connection.handleInput(scheduler.now, { type: 'timeout' })))
  }

  /** Every change goes through here: it is made, then everything it led to leaves. Safe to call from `onEvent`. */
  run<Result>(change: (connection: Connection) => Result): Result {
    const result = change(this.connection)
    if (!this.#isDraining) this.#drain()
    return result
  }

  /** A Prepare for this connection. `plaintext`: what an endpoint has opened already. */
  receive(prepare: IlpPrepare, reply: (reply: IlpReply) => void, plaintext?: Uint8Array): void {
    const id = this.#nextPrepareId++
    this.#replies.set(id, reply)
    this.run((connection) =>
      connection.handleInput(this.#scheduler.now, { type: 'prepare', id, prepare, ...(plaintext && { plaintext }) }),
    )
  }

  #drain(): void {
    this.#isDraining = true
    try {
      for (let outputs = 0; outputs < MAX_OUTPUTS; outputs++) {
        const output = this.connection.pollOutput(this.#scheduler.now)
        if (output.type === 'timeout') return this.#alarm.set(output.at)
        this.#perform(output)
      }
      throw new SimulationStuckError(
        `a connection had ${MAX_OUTPUTS} outputs at ${this.#scheduler.now} ms and more to come`,
      )
    } finally {
      this.#isDraining = false
    }
  }

  #perform(output: Exclude<Output, { type: 'timeout' }>): void {
    switch (output.type) {
      case 'reply':
        this.#replies.get(output.id)?.(output.reply)
        this.#replies.delete(output.id)
        return
      case 'prepare': {
        const { sequence, prepare, expiresAt } = output
        this.#send({ ...prepare, expiresAt }, (reply) =>
          this.run((connection) => connection.handleInput(this.#scheduler.now, { type: 'reply', sequence, reply })),
        )
        return
      }
      case 'event':
        this.#onEvent(output.event, this)
    }
  }
}
