import { describe, expect, test } from 'vitest'
import { ErrorCode, FrameType, type Frame } from '@stream/frames'
import { StreamError } from '../src/index.js'
import { pattern } from './disorder.js'
import { Pair, reject, type PairOptions } from './pair.js'
import { read } from './wire.js'
import { writeAll } from './writer.js'

/** A client nobody can send to: it pays and writes, and hears of the server in replies alone. */
function unreachable(options: PairOptions = {}): Pair {
  return new Pair({ ...options, client: { mode: 'send', localAddress: undefined, ...options.client } }).drive(500)
}

const framesOf = (pair: Pair, from = 0): Frame[] =>
  pair.sent.client.slice(from).flatMap((prepare) => [...read(pair, prepare).frames])
const open = (pair: Pair): number => pair.run('client', (client) => client.openStream())!

describe('a client without an address', () => {
  test('announces none, but asks who the server is', () => {
    const pair = unreachable()
    const addresses = framesOf(pair).filter((frame) => frame.type === FrameType.ConnectionNewAddress)
    expect(addresses.length).toBeGreaterThan(0)
    expect(new Set(addresses.map(({ sourceAccount }) => sourceAccount))).toEqual(new Set(['']))
    expect(pair.client.stats().peerAsset).toEqual({ code: 'EUR', scale: 2 })
    expect(pair.server.stats().peerAddress).toBeUndefined()
  })

  test('pays and writes, and is never sent anything', () => {
    const pair = unreachable()
    const got = pair.accept('server')
    const id = open(pair)
    pair.run('client', (client) => client.setSendMax(id, 5_000n))
    writeAll(pair, 'client', id, pattern(300_000))
    pair.drive(5_000)
    expect(pair.client.stats().totalSent).toBe(5_000n)
    expect(got.get(id)).toEqual([...pattern(300_000)])
    pair.run('client', (client) => client.closeStream(id))
    pair.drive(1_000)
    pair.run('client', (client) => client.close())
    pair.drive(6_000)
    expect(pair.sent.server).toEqual([])
    const reason = { errorCode: ErrorCode.NoError, errorMessage: '' }
    expect(pair.eventsOf('client', 'closed')).toMatchObject([{ reason: { by: 'local', ...reason } }])
    expect(pair.eventsOf('server', 'closed')).toMatchObject([{ reason: { by: 'peer', ...reason } }])
  })

  test('hears of a receiveMax that is raised later, though it must ask', () => {
    const pair = unreachable()
    const id = open(pair)
    pair.run('client', (client) => client.setSendMax(id, 5_000n))
    pair.drive(20_000)
    expect(pair.client.stats().totalSent).toBe(0n)
    pair.run('server', (server) => server.setReceiveMax(id, 3_000n))
    pair.drive(10_500)
    expect(pair.client.stats().totalSent).toBe(3_000n)
    pair.run('server', (server) => server.setReceiveMax(id, 5_000n))
    pair.drive(10_500)
    expect(pair.client.stats().totalSent).toBe(5_000n)
    expect(pair.sent.server).toEqual([])
  })

  test('asks at growing pauses, up to 10 seconds, and anew after something has moved', () => {
    const pair = unreachable()
    const id = open(pair)
    const askedAt: number[] = []
    const network = pair.network
    pair.network = (prepare, from, now) => {
      const { frames } = read(pair, prepare)
      if (frames.some(({ type }) => type === FrameType.StreamMoneyBlocked)) askedAt.push(now)
      return network(prepare, from, now)
    }
    pair.run('client', (client) => client.setSendMax(id, 5_000n))
    pair.drive(50_000)
    const pauses = (): number[] => askedAt.slice(1).map((at, i) => at - askedAt[i]!)
    const roundTrip = 50
    const growing = [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]
    expect(pauses()).toEqual(growing.map((pause) => pause + roundTrip))
    pair.run('server', (server) => server.setReceiveMax(id, 1_000n))
    while (pair.client.stats().totalSent === 0n) pair.drive(10)
    askedAt.length = 0
    pair.drive(4_500)
    expect(pauses()).toEqual([500, 1_000, 2_000].map((pause) => pause + roundTrip))
  })

  test.each([
    ['a stream', { streamWindow: 16_384, maxStreamWindow: 16_384 }],
    ['the connection', { connectionWindow: 20_000, maxConnectionWindow: 20_000 }],
  ])('writes more than the window of %s, at the pace of the reader', (_, limits) => {
    const pair = unreachable({ server: { limits } })
    const id = open(pair)
    const got: number[] = []
    writeAll(pair, 'client', id, pattern(100_000))
    for (let round = 0; round < 20; round++) {
      pair.drive(12_000)
      for (let piece; (piece = pair.run('server', (server) => server.read(id, 65_536))) !== undefined;) {
        for (const byte of piece) got.push(byte)
      }
    }
    expect(got).toEqual([...pattern(100_000)])
    expect(pair.sent.server).toEqual([])
  })

  test('opens more streams than the server allows as soon as others have ended', () => {
    const pair = unreachable()
    pair.accept('server')
    const ids = Array.from({ length: 10 }, () => open(pair))
    for (const id of ids) pair.run('client', (client) => client.setSendMax(id, 10n))
    pair.drive(1_000)
    expect(pair.run('client', (client) => client.openStream())).toBeUndefined()
    pair.run('client', (client) => client.closeStream(ids[0]!))
    pair.drive(1_000)
    expect(pair.run('client', (client) => client.openStream())).toBe(21)
  })

  test('hears in a reply that the server has ended a stream', () => {
    const pair = unreachable()
    pair.accept('server', 1_000n)
    const id = open(pair)
    pair.run('client', (client) => client.setSendMax(id, 5_000n))
    pair.drive(1_000)
    pair.run('server', (server) => server.closeStream(id))
    pair.drive(15_000)
    const end = { streamId: id, by: 'peer', errorCode: ErrorCode.NoError, errorMessage: '' }
    expect(pair.eventsOf('client', 'streamClosed')).toMatchObject([end])
    expect(pair.eventsOf('server', 'streamClosed')).toMatchObject([{ streamId: id, by: 'local' }])
    expect(pair.client.stats().totalSent).toBe(1_000n)
  })

  test('hears in a reply that the server has ended the connection', () => {
    const pair = unreachable()
    pair.accept('server', 1_000n)
    const id = open(pair)
    pair.run('client', (client) => client.setSendMax(id, 5_000n))
    pair.drive(1_000)
    pair.run('server', (server) => server.close(ErrorCode.ApplicationError, 'enough'))
    pair.drive(20_000)
    expect(pair.eventsOf('client', 'closed')).toMatchObject([
      { reason: { by: 'peer', errorCode: ErrorCode.ApplicationError, errorMessage: 'enough' } },
    ])
  })

  test('asks nobody when nothing keeps it', () => {
    const pair = unreachable()
    pair.accept('server')
    const id = open(pair)
    pair.run('client', (client) => client.setSendMax(id, 1_000n))
    pair.drive(5_000)
    const sent = pair.sent.client.length
    pair.drive(30_000)
    expect(pair.sent.client.length).toBe(sent)
  })

  test('goes on asking over a path that loses what it sends', () => {
    const pair = unreachable()
    const id = open(pair)
    pair.run('client', (client) => client.setSendMax(id, 1_000n))
    pair.drive(2_000)
    const { network } = pair
    pair.network = () => ({ reply: reject('T00') })
    pair.run('server', (server) => server.setReceiveMax(id, 1_000n))
    pair.drive(10_000)
    pair.network = network
    pair.drive(15_000)
    expect(pair.client.stats().totalSent).toBe(1_000n)
  })
})

describe('a connection that only sends', () => {
  const oneSided = (): Pair => new Pair({ client: { mode: 'send' } }).drive(500)

  test('lets itself be paid nothing', () => {
    const pair = oneSided()
    const id = open(pair)
    const attempt = (): void => pair.client.setReceiveMax(id, 1n)
    expect(attempt).toThrow(StreamError)
    expect(attempt).toThrow(
      "The connection only sends, so receiveMax cannot be set; make it with mode 'receive' or 'both'",
    )
    pair.run('server', (server) => server.setSendMax(server.openStream()!, 1_000n))
    pair.drive(2_000)
    expect(pair.client.stats().totalReceived).toBe(0n)
  })

  test('drops bytes that come in, and keeps nobody from sending them', () => {
    const pair = oneSided()
    const id = pair.run('server', (server) => server.openStream())!
    writeAll(pair, 'server', id, pattern(200_000), false)
    pair.drive(5_000)
    expect(pair.server.streamStats(id)).toMatchObject({ unsentBytes: 0, unackedBytes: 0 })
    expect(pair.eventsOf('client', 'readable')).toEqual([])
    expect(pair.client.read(id, 10)).toBeUndefined()
  })
})

describe('a connection that only receives', () => {
  const oneSided = (): Pair => new Pair({ client: { mode: 'receive', exchangeRate: { probe: true } } }).drive(500)

  test('probes nothing, and is established by the first answer', () => {
    const pair = oneSided()
    expect(pair.sent.client.every(({ amount }) => amount === 0n)).toBe(true)
    expect(pair.client.state).toBe('established')
  })

  test('neither pays nor writes', () => {
    const pair = oneSided()
    const id = open(pair)
    expect(() => pair.client.setSendMax(id, 1n)).toThrow(
      "The connection only receives, so sendMax cannot be set; make it with mode 'send' or 'both'",
    )
    expect(() => pair.client.write(id, pattern(1))).toThrow('nothing can be written')
    pair.client.setSendMax(id, 0n)
    expect(pair.client.write(id, pattern(0))).toBe(0)
  })

  test('opens streams and is paid on them', () => {
    const pair = oneSided()
    const id = open(pair)
    pair.run('client', (client) => client.setReceiveMax(id, 700n))
    pair.drive(500)
    pair.run('server', (server) => server.setSendMax(id, 1_000n))
    pair.drive(3_000)
    expect(pair.client.stats()).toMatchObject({ totalReceived: 700n, totalSent: 0n })
  })
})

test('a mode that is none is refused', () => {
  expect(() => new Pair({ client: { mode: 'listen' as 'send' } })).toThrow(
    "mode must be 'send', 'receive' or 'both', got listen",
  )
})
