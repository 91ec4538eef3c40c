import { StreamError, type Connection, type ConnectionEvent } from '@stream/connection'
import type { PacketProtection } from '@stream/crypto'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import { ConnectionDriver, type SendPrepare } from '../connection-driver.js'
import type { Inspector } from './inspector.js'
import { HandlerError } from './application.js'
import { framesText } from './packet-text.js'
import { Observation, payee, type ArrivedPrepare, type Books, type EndTerms, type StreamBooks } from './observation.js'
import type { SkewedClock } from './skewed-clock.js'

export interface ConnectionEndOptions {
  readonly terms: EndTerms
  readonly connection: Connection
  readonly protection: PacketProtection
  readonly clock: SkewedClock
  readonly inspector: Inspector
  /** To the network, in its time. */
  readonly send: SendPrepare
  readonly onEvent: (event: ConnectionEvent) => void
  readonly note?: ((text: string) => void) | undefined
}

/** One end of one connection of ours, with everything that crosses its border on record. */
export class ConnectionEnd {
  readonly observation: Observation
  readonly driver: ConnectionDriver
  readonly #options: ConnectionEndOptions
  readonly #streamIds = new Set<number>()
  /** What is being answered, by the id the driver will give it. */
  readonly #arrivals: ArrivedPrepare[] = []
  readonly #answered: ArrivedPrepare[] = []
  #isChanged = true
  #isGone = false

  constructor(options: ConnectionEndOptions) {
    const { terms, connection, protection, clock, inspector } = options
    this.#options = options
    this.observation = new Observation(terms, protection, () => this.#books(), clock.now)
    inspector.watch(this.observation)
    this.driver = new ConnectionDriver(
      connection,
      (...sent) => this.#send(...sent),
      clock,
      (event) => {
        if (!this.#isGone) this.#onEvent(event)
      },
    )
  }

  get connection(): Connection {
    return this.#options.connection
  }

  /** The process is gone: nothing of this end reaches the network or anyone else any more. */
  vanish(): void {
    this.#isGone = true
    this.observation.end ??= 'gone'
  }

  get isOpen(): boolean {
    return !this.#isGone && ['establishing', 'established'].includes(this.connection.state)
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** A Prepare from the network, in its time. */
  receive(prepare: IlpPrepare, answer: (reply: IlpReply) => void, plaintext?: Uint8Array): void {
    const { clock, inspector, note } = this.#options
    const own = { ...prepare, expiresAt: clock.fromWire(prepare.expiresAt) }
    const arrived = this.observation.onArrival(clock.now, own)
    this.#arrivals.push(arrived)
    const onReply = (reply: IlpReply) => {
      if (this.#isGone) return
      this.observation.onAnswer(clock.now, arrived, reply)
      note?.(
        `${this.observation.terms.name} answers ${shown(arrived)} with ${nameOf(reply)}: ${framesText(arrived.answer?.packet)}`,
      )
      inspector.onAnswer(this.observation, arrived)
      answer(reply)
      this.#answered.push(arrived)
    }
    this.#isChanged = true
    this.#contained(() => this.driver.receive(own, onReply, plaintext))
  }

  /** Asks the invariants about all that has changed. To be called when the end is at rest. */
  check(): void {
    if (!this.#isChanged || this.#isGone) return
    this.#isChanged = false
    const { inspector, clock } = this.#options
    this.observation.onChange()
    // Credits are told after the answer has left, so those are judged when everything has settled.
    for (const arrived of this.#answered.splice(0)) inspector.afterAnswer(this.observation, arrived)
    inspector.afterStep(this.observation, clock.now)
  }

  #send(prepare: IlpPrepare, onReply: (reply: IlpReply) => void): void {
    if (this.#isGone) return
    const { clock, inspector, send, note } = this.#options
    const { minimumRate } = this.connection.stats()
    this.#isChanged = true
    const sent = this.observation.onSent(clock.now, prepare, minimumRate)
    const { name } = this.observation.terms
    const what = `${prepare.amount}${sent.isPaying ? '' : ' (test)'}`
    note?.(`${name} sends ${sent.packet?.sequence} of ${what}: ${framesText(sent.packet)}`)
    const paid = payee(sent.packet)
    if (paid !== undefined) this.#streamIds.add(paid)
    inspector.onSent(this.observation, sent)
    send({ ...prepare, expiresAt: clock.toWire(prepare.expiresAt) }, (reply) => {
      if (this.#isGone) return
      note?.(
        `${name} hears ${nameOf(reply)} for ${sent.packet?.sequence}: ${framesText(this.observation.read(reply.data))}`,
      )
      const isNews = this.observation.onReply(clock.now, sent, reply)
      inspector.onReply(this.observation, sent, reply, clock.now, isNews)
      this.#isChanged = true
      this.#contained(() => onReply(reply))
    })
  }

  #onEvent(event: ConnectionEvent): void {
    const { inspector, clock, onEvent, note } = this.#options
    this.#isChanged = true
    this.#book(event)
    note?.(
      `${this.observation.terms.name} event ${event.type}${event.type === 'closed' ? ` by ${event.reason.by}` : ''}`,
    )
    inspector.onEvent(this.observation, event, clock.now)
    if (event.type === 'closed') {
      this.observation.end = event.reason
      this.observation.endedAt = clock.now
      inspector.onClosed(this.observation, event.reason, clock.now)
    }
    try {
      onEvent(event)
    } catch (error) {
      if (!(error instanceof HandlerError)) throw error
    }
  }

  #book(event: ConnectionEvent): void {
    if ('streamId' in event) this.#streamIds.add(event.streamId)
    if (event.type === 'moneySent') {
      this.observation.toldSent += event.amount
      this.observation.tally(event.streamId).sent += event.amount
    }
    if (event.type === 'moneyReceived') {
      this.observation.toldReceived += event.amount
      this.observation.tally(event.streamId).received += event.amount
      const arrived = this.#arrivals[event.id]
      if (arrived !== undefined) {
        arrived.credited += event.amount
        arrived.totals.set(event.streamId, event.total)
      }
    }
  }

  /** I12: nothing but what the application did wrong is ever thrown at it. */
  #contained(change: () => void): void {
    try {
      change()
    } catch (error) {
      if (error instanceof StreamError) throw error
      this.#options.inspector.report('I12 errors', this.observation.terms.name, String((error as Error).stack ?? error))
    }
  }

  #books(): Books {
    const stats = this.connection.stats()
    const streams: StreamBooks[] = []
    for (const id of this.#streamIds) {
      const stream = this.connection.streamStats(id)
      if (stream === undefined) this.#streamIds.delete(id)
      else streams.push({ id, ...stream })
    }
    return {
      sent: stats.totalSent,
      received: stats.totalReceived,
      minimumRate: stats.minimumRate,
      packetsInFlight: stats.inFlight.packets,
      streams,
    }
  }
}

const shown = ({ packet, prepare }: ArrivedPrepare): string => `${packet?.sequence} of ${prepare.amount}`
const nameOf = (reply: IlpReply): string => (reply.type === 'fulfill' ? 'Fulfill' : reply.code)
