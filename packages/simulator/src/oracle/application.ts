import type { Connection, ConnectionEvent } from '@stream/connection'
import { ErrorCode } from '@stream/frames'
import type { Duration } from '@stream/flow'
import type { ConnectionDriver } from '../connection-driver.js'
import type { Random } from '../random.js'
import type { VirtualClock } from '../scheduler.js'
import { ByteCheck, patternAt } from './byte-pattern.js'

/** What the application does with one stream of its own. */
export interface StreamPlan {
  /** Milliseconds after the connection was made. */
  readonly openAt: Duration
  /** Source units. */
  readonly amount: bigint
  readonly bytes: number
  /** Bytes per write, and the pause between two. */
  readonly piece: number
  readonly pause: Duration
  /** What it does when all is sent: nothing until the end of the run, close, or close with an error half-way. */
  readonly close: 'atEnd' | 'whenSent' | 'withError'
}

/** How an application behaves; everything it does follows from the seed. */
export interface AppPlan {
  readonly streams: readonly StreamPlan[]
  /** What it accepts on streams of the peer: everything, a first part and more later, or nothing for a while. */
  readonly receiveMax: 'all' | 'inSteps' | 'late'
  readonly reading: 'atOnce' | 'slowly' | 'late'
  /** Answers to `moneyOffered`, where it is asked. */
  readonly offers: 'accept' | 'acceptLater' | 'declineSome'
  /** Probability per event that its handler throws half-way. */
  readonly throws: number
  /** Probability per event that its handler changes the connection: opens, pays more, writes, closes a stream. */
  readonly reenters: number
  /** Probability per event that its handler ends something: the connection, in peace or not, or a stream for another. */
  readonly ends: number
  /** Probability per event that its handler keeps the machine from everything else for seconds. */
  readonly blocks: number
}

export interface AppHost {
  readonly random: Random
  readonly clock: VirtualClock
  /** What went wrong with the application itself. */
  readonly count: (kind: string) => void
  /** Time passes, and nothing else happens on this machine. */
  readonly block: (duration: Duration) => void
  /** All has gone wrong that will. */
  readonly isCalm: () => boolean
  readonly report: (invariant: string, what: string) => void
}

/** Thrown by handlers that are planned to fail. */
export class HandlerError extends Error {
  override readonly name = 'HandlerError'
}

const EVERYTHING = (1n << 64n) - 1n
const MOST_EXTRA_STREAMS = 6

/** What it wants of a stream of its own. */
interface Outgoing {
  readonly plan: StreamPlan
  written: number
  isClosing: boolean
}

/** An application at one end: opens streams, pays, writes, reads, and checks every byte it reads. */
export class Application {
  readonly #plan: AppPlan
  readonly #host: AppHost
  readonly #driver: () => ConnectionDriver
  readonly #isClient: boolean
  readonly #outgoing = new Map<number, Outgoing>()
  readonly #incoming = new Map<number, ByteCheck>()
  /** Streams that ended without an error, and whether by us. */
  readonly ended = new Map<number, { readonly by: 'local' | 'peer'; readonly errorCode: number }>()
  #extraStreams = 0
  isClosed = false

  constructor(plan: AppPlan, host: AppHost, isClient: boolean, driver: () => ConnectionDriver) {
    this.#plan = plan
    this.#host = host
    this.#isClient = isClient
    this.#driver = driver
  }

  /** Begins to follow its plan. */
  start(): void {
    for (const plan of this.#plan.streams) this.#after(plan.openAt, () => this.#open(plan))
  }

  /** Bytes it has written on a stream, and read from one. */
  written(streamId: number): number {
    return this.#outgoing.get(streamId)?.written ?? 0
  }
  bytesRead(streamId: number): number {
    return this.#incoming.get(streamId)?.position ?? 0
  }
  get outgoingIds(): number[] {
    return [...this.#outgoing.keys()]
  }

  /** Catches up with what it has put off: from now on it reads and accepts everything. */
  calm(): void {
    this.#do((connection) => {
      for (const id of this.#incoming.keys()) this.#accept(connection, id, EVERYTHING)
      for (const [id, outgoing] of this.#outgoing) this.#write(id, outgoing, Infinity)
    })
    // Also where the connection has ended: what has arrived is there to be read.
    for (const id of this.#incoming.keys()) this.#read(id, Infinity)
  }

  closeStreams(): void {
    this.#do((connection) => {
      for (const [id, outgoing] of this.#outgoing) {
        outgoing.isClosing = true
        connection.closeStream(id)
      }
    })
  }

  close(): void {
    this.#do((connection) => connection.close())
  }

  /** The handler, as an application would write it; it throws what it was planned to throw. */
  onEvent(event: ConnectionEvent): void {
    if (event.type === 'closed') this.isClosed = true
    if (event.type === 'streamClosed') this.ended.set(event.streamId, event)
    this.#react(event)
    if (this.#happens(this.#plan.reenters)) this.#reenter(event)
    if (this.#happens(this.#plan.ends)) this.#endSomething(event)
    if (this.#happens(this.#plan.blocks)) {
      this.#host.count('handler blocks')
      this.#host.block(this.#host.random.between(500, 5_000))
    }
    if (!this.#happens(this.#plan.throws)) return
    this.#host.count('handler throws')
    throw new HandlerError('planned')
  }

  #happens(chance: number): boolean {
    return !this.#host.isCalm() && this.#host.random.chance(chance)
  }

  #react(event: ConnectionEvent): void {
    switch (event.type) {
      case 'streamOpened':
        return this.#welcome(event.streamId)
      case 'readable':
        return this.#onReadable(event.streamId)
      case 'writable': {
        const outgoing = this.#outgoing.get(event.streamId)
        if (outgoing !== undefined)
          this.#write(event.streamId, outgoing, this.#host.isCalm() ? Infinity : outgoing.plan.piece)
        return
      }
      case 'moneyOffered':
        return this.#decide(event.id)
      default:
    }
  }

  // ── streams of the peer ───────────────────────────────────────────────────────

  #welcome(id: number): void {
    this.#incoming.set(id, new ByteCheck(id, !this.#isClient))
    const { receiveMax } = this.#plan
    if (receiveMax === 'all' || this.#host.isCalm())
      return this.#do((connection) => this.#accept(connection, id, EVERYTHING))
    const first = receiveMax === 'inSteps' ? BigInt(1 + this.#host.random.integer(20_000)) : 0n
    this.#do((connection) => this.#accept(connection, id, first))
    this.#after(this.#host.random.between(100, 15_000), () => this.#raise(id))
  }

  #raise(id: number): void {
    const stats = this.#driver().connection.streamStats(id)
    if (stats?.isOpen !== true) return
    const more = stats.receiveMax === EVERYTHING ? EVERYTHING : stats.receiveMax * 2n + 1000n
    this.#do((connection) => this.#accept(connection, id, more))
    if (!this.#host.isCalm()) this.#after(this.#host.random.between(100, 10_000), () => this.#raise(id))
  }

  #accept(connection: Connection, id: number, amount: bigint): void {
    const stats = connection.streamStats(id)
    if (stats?.isOpen === true && amount >= stats.receiveMax) connection.setReceiveMax(id, amount)
  }

  #onReadable(id: number): void {
    const { reading } = this.#plan
    if (reading === 'atOnce' || this.#host.isCalm()) return this.#read(id, Infinity)
    this.#host.count(reading === 'late' ? 'no reader' : 'slow reader')
    if (reading === 'slowly') this.#readLater(id)
  }

  #readLater(id: number): void {
    this.#after(this.#host.random.between(5, 2_000), () => {
      this.#read(id, 1 + this.#host.random.integer(4_000))
      if ((this.#driver().connection.streamStats(id)?.readableBytes ?? 0) > 0) this.#readLater(id)
    })
  }

  #read(id: number, atMost: number): void {
    let left = atMost
    while (left > 0) {
      const piece = this.#driver().run((connection) => connection.read(id, Math.min(left, 65_536)))
      if (piece === undefined) return
      left -= piece.length
      let check = this.#incoming.get(id)
      if (check === undefined) this.#incoming.set(id, (check = new ByteCheck(id, !this.#isClient)))
      const finding = check.take(piece)
      if (finding !== undefined) this.#host.report('I6 bytes', finding)
    }
  }

  #decide(id: number): void {
    const { offers } = this.#plan
    const { random } = this.#host
    const accept = offers !== 'declineSome' || this.#host.isCalm() || !random.chance(0.1)
    const decide = () => this.#driver().run((connection) => connection.decide(id, accept))
    if (offers === 'acceptLater' && !this.#host.isCalm()) this.#after(random.between(0, 1_000), decide)
    else decide()
  }

  // ── streams of its own ────────────────────────────────────────────────────────

  #open(plan: StreamPlan): void {
    if (!this.#isUsable()) return
    const id = this.#driver().run((connection) => connection.openStream())
    if (id === undefined) {
      this.#after(1_000, () => this.#open(plan))
      return
    }
    const outgoing: Outgoing = { plan, written: 0, isClosing: false }
    this.#outgoing.set(id, outgoing)
    this.#incoming.set(id, new ByteCheck(id, !this.#isClient))
    this.#do((connection) => {
      this.#accept(connection, id, EVERYTHING)
      connection.setSendMax(id, plan.amount)
    })
    this.#writeOn(id, outgoing)
    if (plan.close !== 'withError') return
    this.#after(this.#host.random.between(0, 20_000), () => {
      if (this.#host.isCalm()) return
      outgoing.isClosing = true
      this.#do((connection) => connection.closeStream(id, ErrorCode.ApplicationError, 'enough'))
    })
  }

  #writeOn(id: number, outgoing: Outgoing): void {
    if (!this.#isOpen(id)) return
    if (outgoing.written < outgoing.plan.bytes) this.#write(id, outgoing, outgoing.plan.piece)
    if (outgoing.written < outgoing.plan.bytes) {
      this.#after(outgoing.plan.pause, () => this.#writeOn(id, outgoing))
    } else if (outgoing.plan.close === 'whenSent') {
      outgoing.isClosing = true
      this.#do((connection) => connection.closeStream(id))
    }
  }

  #write(id: number, outgoing: Outgoing, atMost: number): void {
    const left = Math.min(outgoing.plan.bytes - outgoing.written, atMost)
    if (left <= 0 || outgoing.isClosing || !this.#isOpen(id)) return
    const piece = new Uint8Array(left)
    for (let i = 0; i < left; i++) piece[i] = patternAt(id, this.#isClient, outgoing.written + i)
    // A write may call back, which writes too: the position moves before that.
    const driver = this.#driver()
    driver.run((connection) => {
      outgoing.written += connection.write(id, piece)
    })
  }

  /** What handlers do that they perhaps should not. */
  #reenter(event: ConnectionEvent): void {
    if (!this.#isUsable()) return
    const { random, count } = this.#host
    const ids = [...this.#outgoing].filter(([id, { isClosing }]) => !isClosing && this.#isOpen(id)).map(([id]) => id)
    const id = ids[random.integer(Math.max(1, ids.length))]
    count(`handler re-enters at ${event.type}`)
    switch (random.integer(4)) {
      case 0:
        return this.#openExtra()
      case 1:
        if (id === undefined) return
        return this.#do((connection) => {
          const { sent, held, sendMax } = connection.streamStats(id) ?? { sent: 0n, held: 0n, sendMax: 0n }
          const least = sent + held
          const higher = random.chance(0.5) ? sendMax + 100n : 0n
          // A late Fulfill of money that was sent again can bring more than was to be sent.
          connection.setSendMax(id, higher > least ? higher : least)
        })
      case 2:
        if (id === undefined || !random.chance(0.1)) return
        return this.#do((connection) => connection.closeStream(id))
      default:
        for (const incoming of this.#incoming.keys()) this.#read(incoming, 100)
    }
  }

  #endSomething(event: ConnectionEvent): void {
    if (!this.#isUsable()) return
    const { random, count } = this.#host
    count(`handler ends something at ${event.type}`)
    const roll = random.integer(4)
    if (roll === 0) return this.close()
    if (roll === 1)
      return this.#do((connection) => connection.close(ErrorCode.ApplicationError, 'enough of everything'))
    const [id] = [...this.#outgoing].find(([open, { isClosing }]) => !isClosing && this.#isOpen(open)) ?? []
    if (id !== undefined) {
      const outgoing = this.#outgoing.get(id)
      if (outgoing !== undefined) outgoing.isClosing = true
      this.#do((connection) => connection.closeStream(id))
    }
    this.#openExtra()
  }

  #openExtra(): void {
    if (this.#extraStreams++ >= MOST_EXTRA_STREAMS) return
    this.#open({ openAt: 0, amount: 500n, bytes: 300, piece: 100, pause: 50, close: 'atEnd' })
  }

  #isUsable(): boolean {
    const { state } = this.#driver().connection
    return state === 'establishing' || state === 'established'
  }

  #isOpen(id: number): boolean {
    return this.#isUsable() && this.#driver().connection.streamStats(id)?.isOpen === true
  }

  #do(change: (connection: Connection) => void): void {
    if (this.#isUsable()) this.#driver().run(change)
  }

  #after(delay: Duration, action: () => void): void {
    const { clock } = this.#host
    clock.at(clock.now + delay, () => {
      if (!this.isClosed) action()
    })
  }
}
