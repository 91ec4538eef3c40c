import { nodeCrypto } from '@stream/crypto/node'
import { seededCrypto } from '@stream/crypto/testing'
import { packetProtection, type PacketProtection } from '@stream/crypto'
import { aimd } from '@stream/flow'
import type { StreamId } from '@stream/frames'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import type { ConnectionEvent, ConnectionOptions, Input, Output } from '../src/index.js'
import { Connection, ratio } from '../src/index.js'

export type Side = 'client' | 'server'

/** On its way to the other end: what arrives, and how much later than usual the Prepare and its reply do. */
interface Passage {
  readonly amount: bigint
  readonly delay?: number
  readonly delayBack?: number
  /** A second copy arrives so much later. */
  readonly copyAfter?: number
}

/** What the network does with a Prepare: pass it on (with another amount), answer it, or not even take it. */
export type Network = (
  prepare: IlpPrepare,
  from: Side,
  now: number,
) => Passage | { reply: IlpReply } | 'drop' | 'refuse'
/** What the network does with a reply on its way back. */
export type WayBack = (reply: IlpReply, prepare: IlpPrepare, from: Side) => IlpReply | 'drop'

export const reject = (code: string, data: Uint8Array = new Uint8Array(0)): IlpReply => ({
  type: 'reject',
  code,
  triggeredBy: 'test.connector',
  message: '',
  data,
})

type Overrides = { readonly [K in keyof ConnectionOptions]?: ConnectionOptions[K] }

export interface PairOptions {
  readonly seed?: number
  /** One way, milliseconds. */
  readonly latency?: number
  readonly client?: Overrides
  readonly server?: Overrides
  /** Destination units per source unit from client to server, and back. */
  readonly rate?: readonly [bigint, bigint]
  readonly network?: Network
  readonly wayBack?: WayBack
}

interface Timed {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** Two cores, one virtual clock, and a network between them that a test can bend. */
export class Pair {
  now = 1_000
  readonly client: Connection
  readonly server: Connection
  /** The keys both ends share: to read what was sent, and to write what a hostile end would. */
  readonly protection: PacketProtection
  readonly events: Record<Side, ConnectionEvent[]> = { client: [], server: [] }
  /** Prepares as they left. */
  readonly sent: Record<Side, IlpPrepare[]> = { client: [], server: [] }
  readonly replies: Record<Side, IlpReply[]> = { client: [], server: [] }
  network: Network
  wayBack: WayBack
  /** Runs inside the poll loop, as an application's handler would. */
  onEvent: (side: Side, event: ConnectionEvent, connection: Connection) => void = () => {}
  readonly #latency: number
  readonly #queue: Timed[] = []
  readonly #timers: Record<Side, number | undefined> = { client: undefined, server: undefined }
  readonly #answer: Record<Side, Map<number, (reply: IlpReply) => void>> = { client: new Map(), server: new Map() }
  #order = 0
  #nextId = 0

  constructor(options: PairOptions = {}) {
    const crypto = seededCrypto(options.seed ?? 1, nodeCrypto)
    const secret = crypto.randomBytes(32)
    this.protection = packetProtection(crypto, secret)
    const { protection } = this
    const [n, d] = options.rate ?? [1n, 1n]
    this.#latency = options.latency ?? 25
    this.network =
      options.network ??
      ((prepare, from) => ({ amount: from === 'client' ? (prepare.amount * n) / d : (prepare.amount * d) / n }))
    this.wayBack = options.wayBack ?? ((reply) => reply)
    const common = { protection, congestion: aimd() }
    this.client = new Connection(
      {
        ...common,
        role: 'client',
        localAddress: 'test.client',
        peerAddress: 'test.server.token',
        asset: { code: 'USD', scale: 9 },
        exchangeRate: { probe: true },
        ...options.client,
      },
      this.now,
    )
    this.server = new Connection(
      {
        ...common,
        role: 'server',
        localAddress: 'test.server.token',
        asset: { code: 'EUR', scale: 2 },
        ...options.server,
      },
      this.now,
    )
    this.drain('client')
  }

  of(side: Side): Connection {
    return side === 'client' ? this.client : this.server
  }

  /** One change by the application, then drain. */
  run<R>(side: Side, change: (connection: Connection) => R): R {
    const result = change(this.of(side))
    this.drain(side)
    return result
  }

  /** Runs the network and both timers until nothing happens before `until` (virtual ms from now). */
  drive(ms = 10_000): this {
    const end = this.now + ms
    for (let steps = 0; steps < 500_000; steps++) {
      const next = this.#nextTimed()
      const timer = this.#nextTimer()
      const at = Math.min(next?.at ?? Infinity, timer?.at ?? Infinity)
      if (at > end) {
        this.now = end
        return this
      }
      this.now = Math.max(this.now, at)
      if (next !== undefined && next.at <= at) {
        this.#queue.splice(this.#queue.indexOf(next), 1)
        next.run()
      } else if (timer !== undefined) {
        this.#timers[timer.side] = undefined
        this.of(timer.side).handleInput(this.now, { type: 'timeout' })
        this.drain(timer.side)
      }
    }
    throw new Error('the pair does not come to rest: something spins')
  }

  drain(side: Side): void {
    const connection = this.of(side)
    for (let steps = 0; steps < 100_000; steps++) {
      const output = connection.pollOutput(this.now)
      if (output.type === 'timeout') {
        this.#timers[side] = output.at
        return
      }
      this.#perform(side, output)
    }
    throw new Error(`${side} does not come to rest: it always has something to say`)
  }

  #perform(side: Side, output: Exclude<Output, { type: 'timeout' }>): void {
    switch (output.type) {
      case 'prepare': {
        const prepare = { ...output.prepare, expiresAt: output.expiresAt }
        this.sent[side].push(prepare)
        const give = (input: Input) => {
          this.of(side).handleInput(this.now, input)
          this.drain(side)
        }
        const { sequence } = output
        const onReply = (reply: IlpReply) => give({ type: 'reply', sequence, reply })
        const isTaken = this.carry(side, prepare, onReply)
        if (!isTaken) this.after(0, () => give({ type: 'sendFailed', sequence, cause: 'refused' }))
        break
      }
      case 'reply':
        this.#answer[side].get(output.id)?.(output.reply)
        this.#answer[side].delete(output.id)
        break
      case 'event':
        this.events[side].push(output.event)
        this.onEvent(side, output.event, this.of(side))
    }
  }

  /** Hands a Prepare to the network, as `side` would. False: it was not taken. */
  carry(side: Side, prepare: IlpPrepare, onReply: (reply: IlpReply) => void): boolean {
    const fate = this.network(prepare, side, this.now)
    if (fate === 'refuse') return false
    if (fate === 'drop') return true
    if ('reply' in fate) {
      this.after(2 * this.#latency, () => onReply(fate.reply))
      return true
    }
    const other = side === 'client' ? 'server' : 'client'
    const arrive = () =>
      this.deliver(other, { ...prepare, amount: fate.amount }, (reply) => {
        const back = this.wayBack(reply, prepare, side)
        if (back !== 'drop') this.after(this.#latency + (fate.delayBack ?? 0), () => onReply(back))
      })
    const arrival = this.#latency + (fate.delay ?? 0)
    this.after(arrival, arrive)
    if (fate.copyAfter !== undefined) this.after(arrival + fate.copyAfter, arrive)
    return true
  }

  /** A Prepare arrives at `side`. */
  deliver(side: Side, prepare: IlpPrepare, onReply: (reply: IlpReply) => void): void {
    const id = this.#nextId++
    this.#answer[side].set(id, (reply) => {
      this.replies[side].push(reply)
      onReply(reply)
    })
    this.of(side).handleInput(this.now, { type: 'prepare', id, prepare })
    this.drain(side)
  }

  after(ms: number, run: () => void): void {
    this.#queue.push({ at: this.now + ms, order: this.#order++, run })
  }

  #nextTimed(): Timed | undefined {
    let next: Timed | undefined
    for (const timed of this.#queue) {
      if (next === undefined || timed.at < next.at || (timed.at === next.at && timed.order < next.order)) next = timed
    }
    return next
  }

  #nextTimer(): { at: number; side: Side } | undefined {
    const { client, server } = this.#timers
    if (client !== undefined && (server === undefined || client <= server)) return { at: client, side: 'client' }
    return server === undefined ? undefined : { at: server, side: 'server' }
  }

  /** Accepts money and collects the bytes of every stream, as a willing application does. */
  accept(side: Side, receiveMax = (1n << 64n) - 1n): Map<StreamId, number[]> {
    const bytes = new Map<StreamId, number[]>()
    const previous = this.onEvent
    this.onEvent = (at, event, connection) => {
      previous(at, event, connection)
      if (at !== side) return
      if (event.type === 'streamOpened') connection.setReceiveMax(event.streamId, receiveMax)
      if (event.type !== 'readable') return
      const collected = bytes.get(event.streamId) ?? []
      bytes.set(event.streamId, collected)
      for (let piece; (piece = connection.read(event.streamId, 65_536)) !== undefined;) {
        for (const byte of piece) collected.push(byte)
      }
    }
    return bytes
  }

  eventsOf<T extends ConnectionEvent['type']>(side: Side, type: T): Extract<ConnectionEvent, { type: T }>[] {
    return this.events[side].filter((event): event is Extract<ConnectionEvent, { type: T }> => event.type === type)
  }
}

export { ratio }
