import { describe, expect, test } from 'vitest'
import { aimd, fixedWindow } from '@stream/flow'
import type { StreamId } from '@stream/frames'
import { disorderly, pattern, randomFrom } from './disorder.js'
import { Pair, type Side } from './pair.js'
import { writeAll } from './writer.js'

/** As many as a run of a few seconds allows. */
const SEEDS = Array.from({ length: 300 }, (_, i) => i + 1)

interface Plan {
  readonly side: Side
  readonly bytes: Uint8Array
  readonly amount: bigint
}

/** Short lifetimes, so that a lost packet costs two virtual seconds instead of half a minute. */
const timeouts = { packet: 2_000, grace: 100, idle: 600_000, close: 20_000 }

function planOf(seed: number): { plans: Plan[]; pair: Pair } {
  const random = randomFrom(seed)
  const disorder = {
    loss: random() * 0.25,
    duplicates: random() * 0.3,
    busy: random() * 0.1,
    jitter: random() * 300,
  }
  const window = random() < 0.5 ? 16_384 : 200_000
  const limits = {
    sendBuffer: 1 + Math.floor(random() * 60_000),
    streamWindow: window,
    maxStreamWindow: window,
    connectionWindow: 2 * window,
    maxConnectionWindow: random() < 0.5 ? 2 * window : 1 << 22,
    maxRemoteStreams: 10,
  }
  const congestion = random() < 0.3 ? fixedWindow({ packets: 1 + Math.floor(random() * 5) }) : aimd()
  const options = { timeouts, limits, congestion, padPackets: random() < 0.1 }
  const pair = new Pair({ seed, ...disorderly(seed, disorder), client: options, server: options })
  const count = 1 + Math.floor(random() * 6)
  const plans = Array.from({ length: count }, (_, i): Plan => {
    const size = random() < 0.2 ? 0 : Math.floor(random() ** 3 * 150_000)
    const amount = random() < 0.3 ? 0n : BigInt(1 + Math.floor(random() * 1e6))
    return { side: random() < 0.6 ? 'client' : 'server', bytes: pattern(size, seed * 10 + i), amount }
  })
  return { plans, pair }
}

describe('on a network that loses, repeats, refuses and overtakes', () => {
  test.each(SEEDS)('every byte and every unit arrives exactly once, seed %i', (seed) => {
    const { plans, pair } = planOf(seed)
    const got = { client: pair.accept('client'), server: pair.accept('server') }
    pair.drive(20_000)
    const opened = plans.map(({ side, bytes, amount }): [StreamId, Plan] => {
      const id = pair.run(side, (connection) => connection.openStream())!
      pair.run(side, (connection) => connection.setSendMax(id, amount))
      writeAll(pair, side, id, bytes)
      if (bytes.length === 0) pair.run(side, (connection) => connection.closeStream(id))
      return [id, { side, bytes, amount }]
    })
    pair.drive(300_000)

    for (const side of ['client', 'server'] as const) {
      const other = side === 'client' ? 'server' : 'client'
      const mine = opened.filter(([, plan]) => plan.side === side)
      const used = mine.filter(([, { bytes, amount }]) => bytes.length > 0 || amount > 0n)
      const total = mine.reduce((sum, [, { amount }]) => sum + amount, 0n)
      expect(pair.of(side).stats()).toMatchObject({ totalSent: total, totalDelivered: total })
      expect(pair.of(other).stats().totalReceived).toBe(total)
      const received = new Map([...got[other]].map(([id, bytes]) => [id, Uint8Array.from(bytes)]))
      const expected = new Map(
        mine.filter(([, { bytes }]) => bytes.length > 0).map(([id, { bytes }]) => [id, Uint8Array.from(bytes)]),
      )
      expect([...received.keys()].sort(ascending)).toEqual([...expected.keys()].sort(ascending))
      for (const [id, bytes] of expected) expect(equal(received.get(id)!, bytes), `bytes of stream ${id}`).toBe(true)
      const closed = pair.eventsOf(other, 'streamClosed').filter(({ by }) => by === 'peer')
      expect(closed.map(({ streamId }) => streamId).sort(ascending)).toEqual(used.map(([id]) => id).sort(ascending))
      expect(closed.every(({ errorCode }) => errorCode === 1)).toBe(true)
      expect(pair.of(side).state).toBe('established')
    }

    pair.run('client', (client) => client.close())
    pair.drive(60_000)
    for (const side of ['client', 'server'] as const) {
      expect(pair.eventsOf(side, 'closed')).toHaveLength(1)
      expect(pair.events[side].at(-1)).toMatchObject({ type: 'closed' })
    }
  })
})

const ascending = (a: number, b: number) => a - b

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
