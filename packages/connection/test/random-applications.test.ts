import { describe, expect, test } from 'vitest'
import { ErrorCode, type StreamId } from '@stream/frames'
import { StreamError } from '../src/index.js'
import { disorderly, pattern, randomFrom } from './disorder.js'
import { Pair, type Side } from './pair.js'
import { writeAll } from './writer.js'

const SEEDS = Array.from({ length: 200 }, (_, i) => i + 1)
const SIDES = ['client', 'server'] as const
const otherOf = (side: Side): Side => (side === 'client' ? 'server' : 'client')
const timeouts = { packet: 2_000, grace: 100, idle: 600_000, close: 10_000 }
const limits = { streamWindow: 16_384, maxStreamWindow: 65_536, connectionWindow: 65_534, maxConnectionWindow: 200_000 }

/** What may be refused because a stream has ended or a limit was told already. */
const REFUSALS = new Set(['UnknownStream', 'StreamClosed', 'ReceiveMaxTooLow', 'SendMaxTooLow'])

/** Two applications that do anything at any time. What every stream was written and what was read of it is kept. */
class Applications {
  readonly random: () => number
  readonly pair: Pair
  readonly ids: Record<Side, Set<StreamId>> = { client: new Set(), server: new Set() }
  /** An id that the peer never heard of is used again, so there may be more of these. */
  readonly openings: Record<Side, number> = { client: 0, server: 0 }
  readonly read = new Map<string, number[]>()
  readonly written = new Map<string, number>()

  constructor(readonly seed: number) {
    this.random = randomFrom(seed)
    const disorder = {
      loss: this.random() * 0.2,
      duplicates: 0.1,
      busy: this.random() * 0.1,
      jitter: this.random() * 200,
    }
    const options = { timeouts, limits: { ...limits, sendBuffer: 20_000 } }
    this.pair = new Pair({ seed, ...disorderly(seed, disorder), client: options, server: options })
    this.pair.onEvent = (side, event) => {
      if (event.type !== 'streamOpened') return
      this.ids[side].add(event.streamId)
      this.openings[side]++
    }
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit)
  }

  /** One thing one of them does. What is refused because a stream or the connection has ended is refused by type. */
  act(): void {
    const side = SIDES[this.below(2)]!
    const ids = [...this.ids[side]]
    const id = ids[this.below(ids.length)]
    try {
      this.pair.run(side, () => (id === undefined || this.random() < 0.15 ? this.#open(side) : this.#use(side, id)))
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      if (!REFUSALS.has(error.misuse)) throw error
      this.pair.drain(side)
    }
  }

  #open(side: Side): void {
    const id = this.pair.of(side).openStream()
    if (id === undefined) return
    this.ids[side].add(id)
    this.openings[side]++
  }

  #use(side: Side, id: StreamId): void {
    const connection = this.pair.of(side)
    const choice = this.random()
    if (choice < 0.35) {
      const key = `${side} ${id}`
      const before = this.written.get(key) ?? 0
      const length = 1 + this.below(12_000)
      this.written.set(key, before + connection.write(id, contents(key).subarray(before, before + length)))
    } else if (choice < 0.7) {
      const key = `${otherOf(side)} ${id}`
      const read = this.read.get(key) ?? []
      this.read.set(key, read)
      for (const byte of connection.read(id, 1 + this.below(20_000)) ?? []) read.push(byte)
    } else if (choice < 0.78) connection.setSendMax(id, BigInt(this.below(1e6)))
    else if (choice < 0.86) connection.setReceiveMax(id, BigInt(this.below(1e6)))
    else if (choice < 0.91) connection.closeStream(id)
    else if (choice < 0.94) connection.closeStream(id, ErrorCode.ApplicationError, 'enough')
    else if (choice < 0.95) connection.stopReading(id)
  }
}

const CONTENTS = new Map<string, Uint8Array>()
function contents(key: string): Uint8Array {
  let bytes = CONTENTS.get(key)
  if (bytes === undefined)
    CONTENTS.set(key, (bytes = pattern(3_000_000, key.length * 1_000 + Number(key.split(' ')[1]))))
  return bytes
}

describe('two applications that do anything at any time, on a bad network', () => {
  test.each(SEEDS)('read what was written and pay what is received, seed %i', (seed) => {
    const applications = new Applications(seed)
    const { pair } = applications
    pair.drive(20_000)
    for (let step = 0; step < 150; step++) {
      applications.act()
      pair.drive(applications.below(60))
    }
    // All that was begun comes to rest.
    pair.drive(120_000)
    for (const [key, read] of applications.read) {
      expect(read.length).toBeLessThanOrEqual(applications.written.get(key) ?? 0)
      expect(
        read.every((byte, i) => byte === contents(key)[i]),
        `bytes of ${key}`,
      ).toBe(true)
    }
    for (const side of SIDES) {
      const { totalSent, totalDelivered } = pair.of(side).stats()
      expect([totalSent, totalDelivered]).toEqual([pair.of(otherOf(side)).stats().totalReceived, totalSent])
      expect(pair.of(side).state).toBe('established')
      for (const id of applications.ids[side]) {
        const { unsentBytes, unackedBytes } = pair.of(side).streamStats(id) ?? { unsentBytes: 0, unackedBytes: 0 }
        expect(unackedBytes - unsentBytes).toBe(0)
      }
      expect(pair.eventsOf(side, 'streamClosed').length).toBeLessThanOrEqual(applications.openings[side])
    }

    // The connection is still good for a stream that is treated well.
    const freed = [...applications.ids.client].filter((id) => id % 2 === 1)
    for (const side of SIDES) {
      for (const id of applications.ids[side]) {
        pair.run(side, (connection) => connection.closeStream(id, ErrorCode.ApplicationError))
        pair.run(side, (connection) => connection.stopReading(id))
      }
    }
    pair.drive(120_000)
    for (const side of SIDES) expect(pair.eventsOf(side, 'streamClosed')).toHaveLength(applications.openings[side])
    for (const id of freed) expect(pair.client.streamStats(id), `stream ${id}`).toBeUndefined()
    const got = pair.accept('server')
    const last = pair.run('client', (client) => client.openStream())!
    writeAll(pair, 'client', last, pattern(100_000))
    pair.drive(120_000)
    expect(got.get(last)?.length).toBe(100_000)

    pair.run('server', (server) => server.close())
    pair.drive(20_000)
    for (const side of SIDES) {
      expect(pair.eventsOf(side, 'closed')).toHaveLength(1)
      expect(pair.events[side].at(-1)?.type).toBe('closed')
    }
  })
})
