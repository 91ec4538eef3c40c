import { describe, expect, test } from 'vitest'
import { ErrorCode, FrameType, type Frame } from '@stream/frames'
import { pattern } from './disorder.js'
import { Pair, reject } from './pair.js'
import { money, read, tell } from './wire.js'
import { writeAll } from './writer.js'

const closeFrame = (errorCode: ErrorCode = ErrorCode.NoError, errorMessage = ''): Frame => ({
  type: FrameType.ConnectionClose,
  errorCode,
  errorMessage,
})

function closes(pair: Pair, side: 'client' | 'server'): number {
  return pair.sent[side].filter((prepare) =>
    read(pair, prepare).frames.some(({ type }) => type === FrameType.ConnectionClose),
  ).length
}

/** Exactly one `closed`, nothing after it, and no timer left. */
function expectEnded(pair: Pair, side: 'client' | 'server', reason: object): void {
  expect(pair.eventsOf(side, 'closed')).toEqual([{ type: 'closed', reason }])
  expect(pair.events[side].at(-1)?.type).toBe('closed')
  expect(pair.of(side).state).toBe('closed')
  expect(pair.of(side).pollOutput(pair.now)).toEqual({ type: 'timeout', at: undefined, idle: false })
}

describe.each(['client', 'server'] as const)('a %s that closes', (side) => {
  const other = side === 'client' ? 'server' : 'client'

  test('tells the peer, and both have ended a round trip later', () => {
    const pair = new Pair().drive(500)
    pair.run(side, (connection) => connection.close(ErrorCode.ApplicationError, 'bye'))
    expect(pair.of(side).state).toBe('closing')
    pair.drive(50)
    const end = { errorCode: ErrorCode.ApplicationError, errorMessage: 'bye' }
    expectEnded(pair, side, { by: 'local', ...end })
    expectEnded(pair, other, { by: 'peer', ...end })
    expect([closes(pair, side), closes(pair, other)]).toEqual([1, 0])
  })

  test('ends on a dead network when the wait for an answer is over (D4)', () => {
    const pair = new Pair().drive(500)
    pair.network = () => 'drop'
    pair.run(side, (connection) => connection.close())
    pair.drive(4_999)
    expect(pair.of(side).state).toBe('closing')
    pair.drive(1)
    expectEnded(pair, side, { by: 'local', errorCode: ErrorCode.NoError, errorMessage: '' })
    expect(pair.of(other).state).toBe('established')
    // The other end finds out by itself.
    pair.drive(60_000)
    expectEnded(pair, other, { by: 'idleTimeout' })
  })

  test.each(['T00', 'F02', 'F99'])('repeats itself while a connector answers %s (D11)', (code) => {
    const pair = new Pair().drive(500)
    let left = 4
    pair.network = (prepare) => (left-- > 0 ? { reply: reject(code) } : { amount: prepare.amount })
    pair.run(side, (connection) => connection.close())
    pair.drive(4_900)
    expect(closes(pair, side)).toBe(5)
    expectEnded(pair, side, { by: 'local', errorCode: ErrorCode.NoError, errorMessage: '' })
    expectEnded(pair, other, { by: 'peer', errorCode: ErrorCode.NoError, errorMessage: '' })
  })

  test.each(['T01', 'F02', 'F99'])('does not wait for a peer that is gone, which a connector says with %s', (code) => {
    const pair = new Pair().drive(500)
    pair.network = () => ({ reply: reject(code) })
    pair.run(side, (connection) => connection.close())
    pair.drive(1_000)
    expect(closes(pair, side)).toBe(5)
    expectEnded(pair, side, { by: 'local', errorCode: ErrorCode.NoError, errorMessage: '' })
  })
})

describe('the end of a connection', () => {
  test('from both ends at once comes once on each', () => {
    const pair = new Pair().drive(500)
    pair.run('client', (client) => client.close(ErrorCode.NoError, 'client'))
    pair.run('server', (server) => server.close(ErrorCode.NoError, 'server'))
    pair.drive(1_000)
    expectEnded(pair, 'client', { by: 'local', errorCode: ErrorCode.NoError, errorMessage: 'client' })
    expectEnded(pair, 'server', { by: 'local', errorCode: ErrorCode.NoError, errorMessage: 'server' })
  })

  test('lets what is in flight come home first', () => {
    const pair = new Pair()
    pair.accept('server')
    pair.drive(500)
    pair.network = (prepare) => ({ amount: prepare.amount, delayBack: prepare.amount > 0n ? 1_000 : 0 })
    const id = pair.run('client', (client) => client.openStream())!
    pair.run('client', (client) => client.setSendMax(id, 700n))
    pair.drive(100)
    pair.run('client', (client) => client.close())
    pair.drive(500)
    expect(pair.client.state).toBe('closing')
    pair.drive(1_000)
    expect(pair.client.stats().totalSent).toBe(700n)
    expect(pair.eventsOf('client', 'moneySent')).toHaveLength(1)
    expectEnded(pair, 'client', { by: 'local', errorCode: ErrorCode.NoError, errorMessage: '' })
  })

  // RFC 0029 5.3.1-2
  test('by an application that hears of a stream declines the packet that opened it', () => {
    const pair = new Pair().drive(1_000)
    pair.onEvent = (side, event, connection) => {
      if (side !== 'server' || event.type !== 'streamOpened') return
      connection.setReceiveMax(event.streamId, 1_000n)
      connection.close(ErrorCode.ApplicationError, 'no more')
    }
    const reply = tell(pair, 'server', { sequence: 50, amount: 5n, frames: [money(1, 1n)] })
    expect(reply).toMatchObject({ type: 'reject', code: 'F99' })
    expect(read(pair, reply).frames).toContainEqual(closeFrame(ErrorCode.ApplicationError, 'no more'))
    expect(pair.server.stats().totalReceived).toBe(0n)
    expect(pair.eventsOf('server', 'moneyReceived')).toEqual([])
  })

  test('answers what still comes with a reject that says so, and takes no more money', () => {
    const pair = new Pair()
    pair.accept('server')
    pair.drive(500)
    tell(pair, 'server', { sequence: 90, frames: [closeFrame(ErrorCode.NoError, 'bye')] })
    for (const [sequence, amount] of [
      [91, 5n],
      [92, 0n],
    ] as const) {
      const reply = tell(pair, 'server', { sequence, amount, frames: [money(1, 1n)] })
      expect(reply).toMatchObject({ type: 'reject', code: 'F99' })
      expect(read(pair, reply).frames).toEqual([closeFrame()])
    }
    expect(pair.server.stats().totalReceived).toBe(0n)
    expectEnded(pair, 'server', { by: 'peer', errorCode: ErrorCode.NoError, errorMessage: 'bye' })
  })

  test('without any authenticated packet comes after the idle time, counted from the beginning (E5)', () => {
    const pair = new Pair({
      network: () => 'drop',
      client: { timeouts: { idle: 10_000 } },
      server: { timeouts: { idle: 7_000 } },
    })
    pair.run('server', () => {})
    pair.drive(6_999)
    expect(pair.server.state).toBe('establishing')
    pair.drive(1)
    expectEnded(pair, 'server', { by: 'idleTimeout' })
    pair.drive(3_000)
    expectEnded(pair, 'client', { by: 'idleTimeout' })
    expect(closes(pair, 'client')).toBe(0)
  })

  test('comes no sooner while authenticated packets go either way, and garbage does not count (D5)', () => {
    const pair = new Pair({ client: { timeouts: { idle: 10_000 } }, server: { timeouts: { idle: 10_000 } } })
    pair.accept('server')
    pair.drive(500)
    const id = pair.run('client', (client) => client.openStream())!
    for (let i = 0; i < 5; i++) {
      pair.run('client', (client) => client.write(id, pattern(1)))
      pair.drive(9_000)
    }
    expect([pair.client.state, pair.server.state]).toEqual(['established', 'established'])
    const answered = pair.now - 9_000
    pair.network = () => ({ reply: reject('F99', new Uint8Array(40)) })
    pair.run('client', (client) => client.write(id, pattern(1)))
    pair.drive(20_000)
    expectEnded(pair, 'client', { by: 'idleTimeout' })
    expect(pair.now - answered).toBeGreaterThan(10_000)
  })

  test('is never followed by a stream that ends (D9)', () => {
    const timeouts = { idle: 5_000, packet: 5_000 }
    const pair = new Pair({ server: { timeouts } })
    pair.drive(500)
    const data: Frame = { type: FrameType.StreamData, streamId: 1, offset: 5, data: pattern(5) }
    const close: Frame = { type: FrameType.StreamClose, streamId: 1, errorCode: ErrorCode.NoError, errorMessage: '' }
    // The wait for the missing bytes and the idle time are over at the same instant.
    tell(pair, 'server', { sequence: 90, frames: [data, close] })
    pair.drive(5_000)
    expect(pair.events.server.slice(-2)).toMatchObject([{ type: 'streamClosed', streamId: 1 }, { type: 'closed' }])
    expectEnded(pair, 'server', { by: 'idleTimeout' })
  })

  test('is not followed by the end of a stream whose money was in flight, even when its bytes are read', () => {
    const pair = new Pair({ client: { timeouts: { close: 500 } } }).drive(1_000)
    const id = pair.run('client', (client) => client.openStream())!
    pair.network = ({ amount }) => (amount > 0n ? 'drop' : { amount })
    pair.run('client', (client) => client.setSendMax(id, 100n))
    const data: Frame = { type: FrameType.StreamData, streamId: id, offset: 0, data: pattern(5) }
    const close: Frame = { type: FrameType.StreamClose, streamId: id, errorCode: ErrorCode.NoError, errorMessage: '' }
    tell(pair, 'client', { sequence: 90, frames: [data, close] })
    pair.run('client', (client) => client.close())
    pair.drive(1_000)
    expect(pair.client.state).toBe('closed')
    expect(pair.eventsOf('client', 'streamClosed')).toEqual([])
    expect(pair.run('client', (client) => client.read(id, 100))).toEqual(pattern(5))
    pair.drive(1_000)
    expect(pair.events.client.at(-1)?.type).toBe('closed')
    expect(pair.client.streamStats(id)).toBeUndefined()
  })

  test('with a message longer than a packet still reaches the peer', () => {
    const pair = new Pair().drive(500)
    pair.run('client', (client) => client.close(ErrorCode.ApplicationError, '💥'.repeat(20_000)))
    pair.drive(100)
    expect(pair.client.state).toBe('closed')
    const [end] = pair.eventsOf('server', 'closed')
    expect(end!.reason).toMatchObject({ by: 'peer', errorMessage: expect.stringMatching(/^(💥){200,}$/u) as string })
  })

  test('is the end for commands, too', () => {
    const pair = new Pair().drive(500)
    const id = pair.run('client', (client) => client.openStream())!
    pair.run('client', (client) => client.close())
    pair.run('client', (client) => client.close(ErrorCode.InternalError, 'again'))
    expect(() => pair.client.openStream()).toThrow('The connection has ended')
    expect(pair.client.write(id, pattern(1))).toBe(0)
    pair.client.setSendMax(id, 1n)
    expect(pair.client.streamStats(id)?.sendMax).toBe(0n)
    pair.run('client', (client) => client.closeStream(id))
    pair.drive(1_000)
    expectEnded(pair, 'client', { by: 'local', errorCode: ErrorCode.NoError, errorMessage: '' })
    expect(pair.client.read(id, 10)).toBeUndefined()
  })

  test('leaves what had arrived to be read', () => {
    const pair = new Pair().drive(500)
    writeAll(
      pair,
      'client',
      pair.run('client', (client) => client.openStream())!,
      pattern(500),
      false,
    )
    pair.drive(100)
    pair.run('client', (client) => client.close())
    pair.drive(100)
    expect(pair.server.read(1, 1_000)).toEqual(pattern(500))
    expectEnded(pair, 'server', { by: 'peer', errorCode: ErrorCode.NoError, errorMessage: '' })
  })

  test('is told once: replies repeat it only where no Prepare has told it', () => {
    const pair = new Pair().drive(500)
    const reply = (sequence: number) => read(pair, tell(pair, 'server', { sequence })).frames
    pair.network = () => 'drop'
    pair.run('server', (server) => server.close())
    expect(closes(pair, 'server')).toBe(1)
    expect(reply(90)).toEqual([])
    pair.drive(5_000) // nobody answered
    expect(reply(91)).toEqual([closeFrame()])
  })

  test('is told again to who still speaks long after it, whom no Prepare has told', () => {
    const pair = new Pair().drive(500)
    const reply = (sequence: number) => read(pair, tell(pair, 'client', { sequence })).frames
    pair.run('client', (client) => client.close(ErrorCode.ApplicationError, 'bye'))
    // The wait for an answer could have lasted so long, and an end that has been told is idle for no longer.
    pair.drive(5_000 + 59_900)
    expect(reply(90)).toEqual([])
    pair.drive(200)
    expect(reply(91)).toEqual([closeFrame(ErrorCode.ApplicationError, 'bye')])
    expectEnded(pair, 'client', { by: 'local', errorCode: ErrorCode.ApplicationError, errorMessage: 'bye' })
  })

  test('of a server that never learned an address needs nobody, and the client hears of it in the next reply', () => {
    const pair = new Pair({ client: { localAddress: undefined } }).drive(500)
    pair.run('server', (server) => server.close(ErrorCode.EndpointBusy, 'later'))
    expectEnded(pair, 'server', { by: 'local', errorCode: ErrorCode.EndpointBusy, errorMessage: 'later' })
    pair.run('client', (client) => client.write(client.openStream()!, pattern(1)))
    pair.drive(100)
    expectEnded(pair, 'client', { by: 'peer', errorCode: ErrorCode.EndpointBusy, errorMessage: 'later' })
  })
})
