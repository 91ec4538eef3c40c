import type { Connection } from '@stream/connection'
import { ErrorCode, type StreamId } from '@stream/frames'
import { must } from '../fault.js'
import { InputReader } from '../input-reader.js'
import { rejectWith } from '../replies.js'
import { sameBytes } from '../same.js'
import type { Target } from '../target.js'
import { WatchedConnection, type SentPrepare } from '../watched-connection.js'

type Side = 'client' | 'server'
const SIDES = ['client', 'server'] as const
const other = (side: Side): Side => (side === 'client' ? 'server' : 'client')

const PERIOD = 4099
/** Byte i is the same as byte i + PERIOD, and there is more of it than an input can write at once. */
const PATTERN = Uint8Array.from({ length: PERIOD + 20_000 }, (_, i) => ((i % PERIOD) * 31 + ((i % PERIOD) >> 5)) & 0xff)

/** Bytes `from` to `from + length` of what `side` writes: what arrives can be checked without keeping what was sent. */
function written(side: Side, id: StreamId, from: number, length: number): Uint8Array {
  const start = (from + id * 7 + side.length) % PERIOD
  return PATTERN.subarray(start, start + length)
}

/** Two ends with a network between them that the input bends, and an application at each that does what it says. */
class World {
  readonly ends: Readonly<Record<Side, WatchedConnection>>
  readonly #written = new Map<string, number>()
  readonly #read = new Map<string, number>()
  /** Decided for each Prepare as it leaves. */
  fate: 'pass' | 'lose' | 'busy' | 'loseReply' = 'pass'

  constructor(reader: InputReader) {
    const timeouts = { packet: 2000, idle: 60_000, close: 2000 }
    // Small, so that writes are cut short and senders wait for credit.
    const limits = {
      sendBuffer: 6_000,
      streamWindow: 1_000,
      maxStreamWindow: 20_000,
      connectionWindow: 20_000,
      maxConnectionWindow: 40_000,
    }
    const probe = reader.once(2)
    this.ends = {
      client: new WatchedConnection({
        role: 'client',
        localAddress: 'test.client',
        peerAddress: 'test.server.token',
        exchangeRate: { probe },
        timeouts,
        limits,
      }),
      server: new WatchedConnection({
        role: 'server',
        localAddress: 'test.server.token',
        timeouts,
        limits,
        offerMoney: reader.once(4),
      }),
    }
    for (const side of SIDES) {
      const end = this.ends[side]
      end.onEvent = (event) => {
        if (event.type === 'readable') this.read(side, event.streamId, 4000)
      }
    }
  }

  /** Carries all that waits on both ways, and lets a little time pass. */
  exchange(): void {
    for (const side of SIDES) {
      for (const sent of this.ends[side].unanswered.splice(0)) this.#carry(side, sent)
    }
    const now = Math.max(this.ends.client.now, this.ends.server.now) + 20
    for (const side of SIDES) this.ends[side].advance(now)
  }

  #carry(from: Side, sent: SentPrepare): void {
    if (this.fate === 'lose') return
    if (this.fate === 'busy') return this.ends[from].reply(sent, rejectWith('T00'))
    const { fate } = this
    this.ends[other(from)].prepare(sent.prepare, (reply) => {
      if (fate === 'pass') this.ends[from].reply(sent, reply)
    })
  }

  write(side: Side, id: StreamId, length: number): void {
    const key = `${side} ${id}`
    const from = this.#written.get(key) ?? 0
    const taken = this.ends[side].command((connection) => connection.write(id, written(side, id, from, length))) ?? 0
    must(taken >= 0 && taken <= length, 'more bytes were taken than given')
    this.#written.set(key, from + taken)
  }

  read(side: Side, id: StreamId, most: number): void {
    const key = `${other(side)} ${id}`
    const bytes = this.ends[side].connection.read(id, most)
    if (bytes === undefined) return
    const from = this.#read.get(key) ?? 0
    must(from + bytes.length <= (this.#written.get(key) ?? 0), 'more bytes arrive than were written')
    must(sameBytes(bytes, written(other(side), id, from, bytes.length)), 'bytes arrive changed')
    this.#read.set(key, from + bytes.length)
  }
}

function operate(reader: InputReader, world: World): void {
  const side = reader.pick(SIDES)
  const id = reader.once(10) ? reader.position() : 1 + reader.upTo(5)
  const run = (change: (connection: Connection) => unknown) => world.ends[side].command(change)
  switch (reader.upTo(13)) {
    case 0:
    case 1:
      return void world.ends[side].openStream()
    case 2:
    case 3:
      return void run((connection) => connection.setSendMax(id, reader.amount()))
    case 4:
    case 5:
      return void run((connection) => connection.setReceiveMax(id, reader.amount()))
    case 6:
      return world.write(side, id, reader.upTo(20_000))
    case 7:
      return world.read(side, id, reader.upTo(5000))
    case 8:
      return void run((connection) => connection.closeStream(id, reader.once(3) ? 9 : 1, reader.once(4) ? 'why' : ''))
    case 9:
      return void run((connection) => connection.decide(reader.upTo(30), !reader.once(3)))
    case 10:
      return void run((connection) => (reader.once(3) ? connection.close() : connection.stopReading(id)))
    case 11: {
      const address = side === 'client' ? 'test.client.moved' : 'test.server.token.x'
      return void run((connection) => reader.once(3) && connection.changeLocalAddress(address))
    }
    default:
      world.fate = reader.pick(['pass', 'pass', 'pass', 'lose', 'busy', 'loseReply'] as const)
      return world.exchange()
  }
}

/** Neither application closes with an error, so an end that does accuses the other of what ours never do. */
function checkReason({ events }: WatchedConnection): void {
  const last = events.at(-1)
  if (last?.type !== 'closed' || !('errorCode' in last.reason)) return
  const { by, errorCode, errorMessage } = last.reason
  must(errorCode === ErrorCode.NoError, `closed by ${by} with error ${errorCode}: ${errorMessage}`)
}

export const operations: Target = {
  name: 'operations',
  about: 'any commands at two ends of a bad network: bytes arrive as they were written, both ends close in the end',
  executions: 100_000,
  batch: 128,
  maxLength: 800,
  generate: (random) => random.bytes(30 + random.integer(400)),
  run(input) {
    const reader = new InputReader(input)
    const world = new World(reader)
    for (let steps = 0; !reader.isAtEnd && steps < 200; steps++) operate(reader, world)
    world.fate = 'pass'
    for (let rounds = 0; rounds < 5; rounds++) world.exchange()
    const { client, server } = world.ends
    must(client.connection.stats().totalSent <= server.connection.stats().totalReceived, 'more was sent than received')
    for (const side of SIDES) world.ends[side].command((connection) => connection.close())
    for (let rounds = 0; rounds < 5; rounds++) world.exchange()
    for (const side of SIDES) world.ends[side].advance(world.ends[side].now + 90_000)
    for (const side of SIDES) checkReason(world.ends[side])
    must(client.isClosed && server.isClosed, 'an end that was closed stays open')
  },
}
