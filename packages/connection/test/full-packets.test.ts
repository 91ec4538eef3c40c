import { describe, expect, test } from 'vitest'
import { ErrorCode, FrameType, MAX_PLAINTEXT_BYTES, type Frame } from '@stream/frames'
import { pattern } from './disorder.js'
import { Pair, type Side } from './pair.js'
import { read } from './wire.js'
import { writeAll } from './writer.js'

/** A server that takes thousands of streams, and a client that knows it. */
function wide(): Pair {
  const pair = new Pair({ server: { limits: { maxRemoteStreams: 3_000 } } })
  pair.accept('server')
  return pair.drive(1_000)
}

const sizes = (pair: Pair, side: Side) => pair.sent[side].map(({ data }) => data.length)

function framesOf<T extends number>(pair: Pair, side: Side, type: T): Extract<Frame, { type: T }>[] {
  return pair.sent[side]
    .flatMap((prepare) => read(pair, prepare).frames)
    .filter((frame): frame is Extract<Frame, { type: T }> => frame.type === type)
}

describe('what does not fit into a packet', () => {
  // Limits of other sizes, so that packets are full at other places.
  test.each([1n, 1n << 10n, 1n << 60n])(
    'of streams that open by the thousand goes into the next ones (%d)',
    (limit) => {
      const pair = wide()
      const ids = pair.run('client', (client) =>
        Array.from({ length: 1_500 }, () => {
          const id = client.openStream()!
          client.setReceiveMax(id, limit)
          return id
        }),
      )
      pair.drive(2_000)
      expect(pair.eventsOf('server', 'streamOpened').map(({ streamId }) => streamId)).toEqual(ids)
      const told = framesOf(pair, 'client', FrameType.StreamMaxMoney)
      expect(new Set(told.map(({ streamId }) => streamId))).toEqual(new Set(ids))
      // A full packet, and none too many.
      expect(Math.max(...sizes(pair, 'client'))).toBeGreaterThan(32_000)
      expect(pair.sent.client.length).toBeLessThan(20)
      const paid = [ids[0]!, ids[750]!, ids.at(-1)!]
      for (const id of paid) pair.run('server', (server) => server.setSendMax(id, 1n))
      pair.drive(2_000)
      expect(paid.map((id) => pair.client.streamStats(id)?.received)).toEqual([1n, 1n, 1n])
    },
  )

  test('of thousands of streams that close at once is told in the next ones', () => {
    const pair = wide()
    const ids = pair.run('client', (client) =>
      Array.from({ length: 300 }, () => {
        const id = client.openStream()!
        client.write(id, pattern(1))
        return id
      }),
    )
    pair.drive(2_000)
    const message = 'x'.repeat(200)
    pair.run('client', (client) => {
      for (const id of ids) client.closeStream(id, ErrorCode.ApplicationError, message)
    })
    pair.drive(3_000)
    for (const side of ['client', 'server'] as const) {
      const ended = pair.eventsOf(side, 'streamClosed')
      expect(ended.map(({ streamId }) => streamId).sort((a, b) => a - b)).toEqual(ids)
      expect(new Set(ended.map(({ errorMessage }) => errorMessage))).toEqual(new Set([message]))
    }
    // Each is told once: nobody lost a packet.
    expect(framesOf(pair, 'client', FrameType.StreamClose)).toHaveLength(300)
    expect(Math.max(...sizes(pair, 'client'))).toBeGreaterThan(32_000)
  })

  test('waits, rather than that bytes of it are cut off that hardly outweigh their frame', () => {
    // Whatever is left behind the bytes of the first two: nothing, too little, enough.
    for (let left = 0; left < 400; left += 9) {
      const pair = wide()
      const [first, second, third] = pair.run('client', (client) =>
        Array.from({ length: 3 }, () => client.openStream()!),
      ) as [number, number, number]
      pair.run('client', (client) => {
        for (const id of [first, second, third]) client.write(id, pattern(1))
      })
      pair.drive(500)
      const before = pair.sent.client.length
      pair.run('client', (client) => {
        client.write(first, pattern(16_000))
        client.write(second, pattern(MAX_PLAINTEXT_BYTES - 16_000 - left))
        client.write(third, pattern(300))
      })
      pair.drive(500)
      const pieces = pair.sent.client
        .slice(before)
        .flatMap((prepare) => read(pair, prepare).frames)
        .filter((frame) => frame.type === FrameType.StreamData && frame.streamId === third)
        .map((frame) => (frame.type === FrameType.StreamData ? frame.data.length : 0))
      expect(pieces.reduce((sum, length) => sum + length, 0)).toBe(300)
      for (const piece of pieces.slice(0, -1)) expect(piece).toBeGreaterThanOrEqual(64)
    }
  })

  test('arrives in the end, of all streams alike', () => {
    const pair = new Pair()
    const got = pair.accept('server')
    pair.drive(1_000)
    const ids = Array.from({ length: 5 }, () => pair.run('client', (client) => client.openStream())!)
    for (const [i, id] of ids.entries()) writeAll(pair, 'client', id, pattern(20_000 + i, i))
    pair.drive(10_000)
    for (const [i, id] of ids.entries()) expect(Uint8Array.from(got.get(id)!)).toEqual(pattern(20_000 + i, i))
  })
})

describe('the life of a packet', () => {
  test('is what the caller says for its destination, and it is lost when that is over', () => {
    const asked: [number, string][] = []
    const packetExpiry = (now: number, destination: string) => {
      asked.push([now, destination])
      return now + 700
    }
    const pair = new Pair({ client: { packetExpiry, timeouts: { grace: 100 } } }).drive(1_000)
    const got = pair.accept('server')
    expect(asked.length).toBe(pair.sent.client.length)
    expect(asked[0]).toEqual([1_000, 'test.server.token'])
    expect(pair.sent.client.map(({ expiresAt }) => expiresAt)).toEqual(asked.map(([now]) => now + 700))

    let lost = 0
    pair.network = ({ amount }) => (lost++ === 0 ? 'drop' : { amount })
    const start = pair.now
    pair.run('client', (client) => client.write(client.openStream()!, pattern(10)))
    pair.drive(799)
    expect(got.get(1)).toBeUndefined()
    pair.drive(30)
    expect(got.get(1)).toHaveLength(10)
    expect(asked.slice(-2).map(([now]) => now - start)).toEqual([0, 800])
  })
})
