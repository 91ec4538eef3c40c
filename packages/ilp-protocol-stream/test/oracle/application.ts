import { ByteCheck, patternAt } from '../../../simulator/src/oracle/byte-pattern.js'
import type { AppPlan, StreamPlan } from '../../../simulator/src/oracle/application.js'
import type { Random } from '../../../simulator/src/random.js'
import type { Connection, DataAndMoneyStream } from '../../src/index.js'
import type { Outcomes } from './outcomes.js'

/** Without `outgoing_money`: a Fulfill may come late, for what a stream has sent. */
const STREAM_EVENTS = ['data', 'end', 'money', 'error'] as const
/** Emitted by this package; what handlers of the others throw is for Node to report. */
const OWN_EVENTS = ['money', 'outgoing_money', 'outgoing_total_sent'] as const
const CONNECTION_EVENTS = ['connect', 'stream', 'end', 'error'] as const
const MOST_EXTRA_STREAMS = 5

export interface Surroundings {
  readonly random: Random
  readonly outcomes: Outcomes
  readonly count: (kind: string) => void
  readonly isCalm: () => boolean
}

/** What was seen of one stream at one end. */
export interface SeenStream {
  readonly stream: DataAndMoneyStream
  sent: bigint
  received: bigint
  written: number
  /** Bytes read, each checked. */
  readonly bytes: ByteCheck
  /** All that was written has been said to have arrived. */
  isFinished: boolean
  hasFailed: boolean
}

/** A program that uses one connection as its plan says, with handlers that do what handlers should not. */
export class Application {
  readonly streams = new Map<number, SeenStream>()
  readonly #name: string
  readonly #plan: AppPlan
  readonly #around: Surroundings
  #extraStreams = 0
  /** Its handlers have ended the connection or a stream: what was on its way then may be lost. */
  hasEndedSomething = false
  /** When `close` came: what is fulfilled later is counted, and told to nobody. */
  #sentAtClose: bigint | undefined

  constructor(
    name: string,
    readonly connection: Connection,
    plan: AppPlan,
    around: Surroundings,
    private readonly isClient: boolean,
  ) {
    this.#name = name
    this.#plan = plan
    this.#around = around
    around.outcomes.emitter(name, connection, CONNECTION_EVENTS)
    connection.on('stream', (stream: DataAndMoneyStream) => this.#welcome(stream))
    for (const event of CONNECTION_EVENTS) connection.on(event, () => this.#misbehave(event))
    connection.on('close', () => (this.#sentAtClose = BigInt(connection.totalSent)))
    if (isClient) for (const stream of plan.streams) setTimeout(() => this.#open(stream), stream.openAt)
  }

  /** What is wrong with the totals, which everybody counts for himself. */
  *findings(): Generator<string> {
    const seen = [...this.streams.values()]
    const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n)
    const totals = {
      totalSent: sum(seen.map(({ sent }) => sent)),
      totalReceived: sum(seen.map(({ received }) => received)),
    }
    const totalSent = BigInt(this.connection.totalSent)
    const sentInTime = this.#sentAtClose ?? totalSent
    if (totalSent < sentInTime) yield `${this.#name}: totalSent fell from ${sentInTime} to ${totalSent}`
    for (const name of ['totalSent', 'totalReceived'] as const) {
      const said = name === 'totalSent' ? sentInTime : BigInt(this.connection[name])
      const told = totals[name]
      if (said !== told) yield `${this.#name}: ${name} is ${said}, events tell ${told}`
      const streams = sum(seen.map(({ stream }) => BigInt(stream[name])))
      if (streams !== told) yield `${this.#name}: streams' ${name} is ${streams}, events tell ${told}`
    }
    for (const { stream, received } of seen) {
      if (received > BigInt(stream.receiveMax)) yield `${this.#name}: stream ${stream.id} received more than its limit`
    }
  }

  end(): Promise<boolean> {
    return this.#around.outcomes.promise(`end of ${this.#name}`, this.connection.end())
  }

  #welcome(stream: DataAndMoneyStream): void {
    this.#see(stream)
    const { random, outcomes } = this.#around
    const limit = this.#plan.receiveMax === 'all' ? Infinity : random.integer(20_000)
    stream.setReceiveMax(limit)
    if (limit !== Infinity) {
      setTimeout(() => void (stream.isOpen() && stream.setReceiveMax(Infinity)), random.between(100, 15_000))
    }
    const target = 1 + random.integer(5_000)
    void outcomes.promise(`receiveTotal of ${this.#name}`, stream.receiveTotal(limit === Infinity ? Infinity : target))
  }

  #open(plan: StreamPlan): void {
    const { outcomes, random, isCalm } = this.#around
    if (isCalm()) return
    let stream: DataAndMoneyStream
    try {
      stream = this.connection.createStream()
    } catch {
      return // closed, or as many as the peer allows
    }
    const seen = this.#see(stream)
    const name = `${this.#name} stream ${stream.id}`
    if (plan.amount > 0n) {
      const timeout = random.chance(0.3) ? random.between(100, 20_000) : undefined
      void outcomes.promise(`sendTotal of ${name}`, stream.sendTotal(plan.amount, { timeout }))
    }
    this.#write(seen, plan, name)
  }

  #write(seen: SeenStream, plan: StreamPlan, name: string): void {
    const { stream } = seen
    const { outcomes, random } = this.#around
    if (stream.destroyed || stream.writableEnded) return
    const length = Math.min(plan.piece, plan.bytes - seen.written)
    if (length > 0) {
      const piece = Buffer.alloc(length)
      for (let i = 0; i < length; i++) piece[i] = patternAt(stream.id, this.isClient, seen.written + i)
      seen.written += length
      stream.write(piece, outcomes.callback(`write on ${name}`))
      setTimeout(() => this.#write(seen, plan, name), plan.pause)
    } else if (plan.close === 'whenSent') {
      stream.end(outcomes.callback(`end of ${name}`))
    } else if (plan.close === 'withError') {
      setTimeout(() => stream.destroy(random.chance(0.5) ? new Error('enough') : undefined), random.between(0, 5_000))
    }
  }

  #see(stream: DataAndMoneyStream): SeenStream {
    const bytes = new ByteCheck(stream.id, !this.isClient)
    const seen = { stream, sent: 0n, received: 0n, written: 0, bytes, isFinished: false, hasFailed: false }
    this.streams.set(stream.id, seen)
    const { outcomes } = this.#around
    outcomes.emitter(`${this.#name} stream ${stream.id}`, stream, STREAM_EVENTS)
    stream.on('outgoing_money', (amount: string) => (seen.sent += BigInt(amount)))
    stream.on('money', (amount: string) => (seen.received += BigInt(amount)))
    stream.on('data', (piece: Buffer) => {
      const finding = bytes.take(piece)
      if (finding !== undefined) outcomes.findings.push(`${this.#name}: ${finding}`)
    })
    stream.on('finish', () => (seen.isFinished = true))
    stream.on('error', () => (seen.hasFailed = true))
    for (const event of OWN_EVENTS) stream.on(event, () => this.#misbehave(event, stream))
    for (const event of ['data', 'end', 'close', 'error', 'finish']) {
      stream.on(event, () => this.#misbehave(event, stream, false))
    }
    return seen
  }

  /** Throws, ends the stream, opens another and pays more, or ends the whole connection: from within a handler. */
  #misbehave(event: string, stream?: DataAndMoneyStream, mayThrow = true): void {
    const { random, count, isCalm, outcomes } = this.#around
    if (isCalm()) return
    if (random.chance(this.#plan.reenters)) {
      count(`handler re-enters at ${event}`)
      this.#replace(stream)
    }
    if (random.chance(this.#plan.ends)) {
      count(`handler ends the connection at ${event}`)
      this.hasEndedSomething = true
      const isPeaceful = random.chance(0.5)
      const ended = isPeaceful ? this.connection.end() : this.connection.destroy(new Error('enough of everything'))
      void outcomes.promise(`${isPeaceful ? 'end' : 'destroy'} by a handler of ${this.#name}`, ended)
    }
    if (!mayThrow || !random.chance(this.#plan.throws)) return
    count('handler throws')
    throw new Error('planned')
  }

  #replace(stream: DataAndMoneyStream | undefined): void {
    const { random } = this.#around
    if (random.chance(0.2)) {
      this.hasEndedSomething = true
      stream?.end()
    }
    if (this.#extraStreams++ >= MOST_EXTRA_STREAMS) return
    this.#open({ openAt: 0, amount: 500n, bytes: 300, piece: 100, pause: 50, close: 'whenSent' })
  }
}
