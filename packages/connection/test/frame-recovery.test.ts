import { describe, expect, test } from 'vitest'
import { FrameType, frameTypeName, type Frame } from '@stream/frames'
import { pattern } from './disorder.js'
import { Pair, reject, type PairOptions } from './pair.js'
import { read, tell } from './wire.js'

const narrow: PairOptions['server'] = {
  limits: { streamWindow: 16_384, maxStreamWindow: 16_384, connectionWindow: 65_534, maxConnectionWindow: 65_534 },
}
const timeouts = { packet: 3_000, grace: 100 }

interface Case {
  readonly type: number
  /** What makes the client send the frame. */
  readonly cause: (pair: Pair) => void
  /** What the server knows once it has the frame. */
  readonly effect: (pair: Pair) => unknown
  readonly options?: PairOptions
}

const open = (pair: Pair) => pair.run('client', (client) => client.openStream())!
/** The server's frames of this type, in Prepares, since it learns to speak up. */
const toldBy = (pair: Pair, type: number): Frame[] =>
  pair.sent.server.flatMap((prepare) => read(pair, prepare).frames).filter((frame) => frame.type === type)

const CASES: Case[] = [
  {
    type: FrameType.ConnectionNewAddress,
    cause: (pair) => pair.run('client', (client) => client.changeLocalAddress('test.client.moved')),
    effect: (pair) => pair.server.stats().peerAddress === 'test.client.moved',
  },
  {
    type: FrameType.ConnectionMaxData,
    options: { client: narrow },
    cause: (pair) => {
      for (let i = 0; i < 5; i++) pair.run('server', (server) => server.write(server.openStream()!, pattern(16_000, i)))
      pair.drive(500)
      for (let id = 2; id <= 8; id += 2) pair.run('client', (client) => client.read(id, 20_000))
    },
    effect: (pair) => pair.server.streamStats(10)!.unackedBytes === 0,
  },
  {
    type: FrameType.ConnectionMaxStreamId,
    cause: (pair) => {
      for (let i = 0; i < 10; i++) pair.run('server', (server) => server.write(server.openStream()!, pattern(3)))
      pair.drive(500)
      pair.run('client', (client) => client.read(2, 10))
      pair.run('server', (server) => server.closeStream(2))
    },
    effect: (pair) => pair.server.openStream() !== undefined,
  },
  {
    type: FrameType.ConnectionStreamIdBlocked,
    cause: (pair) => {
      for (let i = 0; i < 11; i++) pair.run('client', (client) => client.openStream())
    },
    effect: () => true,
  },
  {
    type: FrameType.ConnectionDataBlocked,
    options: { server: narrow },
    cause: (pair) => {
      for (let i = 0; i < 5; i++) pair.run('client', (client) => client.write(client.openStream()!, pattern(16_000)))
    },
    effect: (pair) => pair.client.streamStats(9)!.unsentBytes === 80_000 - 65_534,
  },
  {
    type: FrameType.StreamMaxMoney,
    cause: (pair) => pair.run('client', (client) => client.setReceiveMax(open(pair), 77n)),
    effect: (pair) => pair.server.streamStats(1)?.peerReceiveMax === 77n,
  },
  {
    type: FrameType.StreamMoneyBlocked,
    cause: (pair) => pair.run('client', (client) => client.setSendMax(open(pair), 77n)),
    effect: (pair) => pair.server.streamStats(1) !== undefined,
  },
  {
    type: FrameType.StreamData,
    cause: (pair) => pair.run('client', (client) => client.write(open(pair), pattern(77))),
    effect: (pair) => pair.server.streamStats(1)?.readableBytes === 77,
  },
  {
    type: FrameType.StreamMaxData,
    options: { client: narrow },
    cause: (pair) => {
      pair.run('server', (server) => server.write(server.openStream()!, pattern(20_000)))
      pair.drive(500)
      pair.run('client', (client) => client.read(2, 20_000))
    },
    effect: (pair) => pair.server.streamStats(2)!.unackedBytes === 0,
  },
  {
    type: FrameType.StreamDataBlocked,
    options: { server: narrow },
    cause: (pair) => pair.run('client', (client) => client.write(open(pair), pattern(20_000))),
    effect: (pair) => pair.server.streamStats(1)?.readableBytes === 16_384,
  },
  {
    type: FrameType.StreamClose,
    cause: (pair) => {
      const id = open(pair)
      pair.run('client', (client) => client.write(id, pattern(1)))
      pair.run('client', (client) => client.closeStream(id))
    },
    effect: (pair) => pair.eventsOf('server', 'streamClosed').length === 1,
  },
  {
    type: FrameType.ConnectionClose,
    cause: (pair) => pair.run('client', (client) => client.close()),
    effect: (pair) => pair.server.state === 'closed',
  },
]

describe.each(CASES.map((entry) => [frameTypeName(entry.type), entry] as const))(
  '%s',
  (_, { type, cause, effect, options }) => {
    test.each([
      ['lost', 1],
      ['refused', 3],
      ['lost on the way back', 1],
    ] as const)('is sent again when its packet is %s (D11)', (fate, times) => {
      const client = { ...options?.client, timeouts: { ...timeouts, close: 20_000 } }
      const pair = new Pair({ ...options, client, server: { ...options?.server, timeouts } }).drive(500)
      let left = times
      let seen = 0
      const carries = (data: { data: Uint8Array }) => read(pair, data).frames.some((frame) => frame.type === type)
      pair.network = (prepare, from) => {
        const matches = from === 'client' && carries(prepare)
        if (matches) seen++
        if (!matches || fate === 'lost on the way back' || left-- <= 0) return { amount: prepare.amount }
        return fate === 'lost' ? 'drop' : { reply: reject('T00') }
      }
      pair.wayBack = (reply, prepare, from) => {
        return fate === 'lost on the way back' && from === 'client' && carries(prepare) && left-- > 0 ? 'drop' : reply
      }
      cause(pair)
      pair.drive(30_000)
      expect(seen).toBeGreaterThan(0)
      expect(left).toBeLessThan(1)
      expect(effect(pair)).toBe(true)
      // What has arrived by other ways is not repeated for its own sake.
      expect(seen).toBeLessThanOrEqual(times + 3)
    })
  },
)

describe('a Blocked frame', () => {
  test.each([
    ['ConnectionDataBlocked', { type: FrameType.ConnectionDataBlocked, maxOffset: 9e9 }, FrameType.ConnectionMaxData],
    [
      'ConnectionStreamIdBlocked',
      { type: FrameType.ConnectionStreamIdBlocked, maxStreamId: 99 },
      FrameType.ConnectionMaxStreamId,
    ],
    ['StreamDataBlocked', { type: FrameType.StreamDataBlocked, streamId: 1, maxOffset: 9e9 }, FrameType.StreamMaxData],
    [
      'StreamMoneyBlocked',
      { type: FrameType.StreamMoneyBlocked, streamId: 1, sendMax: 9n, totalSent: 0n },
      FrameType.StreamMaxMoney,
    ],
  ] as const)('of type %s is answered with the limit, which the peer may have missed', (_, frame, answer) => {
    const pair = new Pair().drive(500)
    tell(pair, 'server', {
      sequence: 90,
      frames: [{ type: FrameType.StreamData, streamId: 1, offset: 0, data: pattern(1) }],
    })
    const reply = tell(pair, 'server', { sequence: 91, frames: [frame] })
    expect(read(pair, reply).frames.map(({ type }) => type)).toEqual([answer])
    pair.drive(1_000)
    expect(toldBy(pair, answer)).toEqual([])
  })
})
