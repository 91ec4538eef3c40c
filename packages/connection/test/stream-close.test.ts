import { describe, expect, test } from 'vitest'
import { ErrorCode, FrameType, type Frame } from '@stream/frames'
import { pattern } from './disorder.js'
import { Pair, reject, type Side } from './pair.js'
import { money, read, tell } from './wire.js'
import { writeAll } from './writer.js'

const closeFrame = (streamId: number, errorCode: ErrorCode = ErrorCode.NoError, errorMessage = ''): Frame => ({
  type: FrameType.StreamClose,
  streamId,
  errorCode,
  errorMessage,
})
const dataFrame = (streamId: number, offset: number, data: Uint8Array): Frame => ({
  type: FrameType.StreamData,
  streamId,
  offset,
  data,
})

function opened(pair: Pair, side: Side = 'client'): number {
  return pair.run(side, (connection) => connection.openStream())!
}

/** Frames of this type in the Prepares of `side`. */
function sentFrames(pair: Pair, side: Side, type: number): Frame[] {
  return pair.sent[side].flatMap((prepare) => read(pair, prepare).frames).filter((frame) => frame.type === type)
}

const dropFirst = (pair: Pair, type: number, times = 1) => {
  let left = times
  pair.network = (prepare, from) => {
    const matches = from === 'client' && read(pair, prepare).frames.some((frame) => frame.type === type)
    return matches && left-- > 0 ? 'drop' : { amount: prepare.amount }
  }
}

describe('closing a stream', () => {
  test('waits until every byte is acknowledged: StreamClose overtakes nothing (D3)', () => {
    const pair = new Pair()
    const got = pair.accept('server')
    pair.drive(500)
    dropFirst(pair, FrameType.StreamData)
    writeAll(pair, 'client', opened(pair), pattern(50_000))
    pair.drive(30_000)
    expect(sentFrames(pair, 'client', FrameType.StreamClose)).toEqual([])
    expect(pair.eventsOf('client', 'streamClosed')).toEqual([])
    pair.drive(3_000)
    expect(Uint8Array.from(got.get(1)!)).toEqual(pattern(50_000))
    expect(sentFrames(pair, 'client', FrameType.StreamClose)).toEqual([closeFrame(1)])
    const end = { type: 'streamClosed', streamId: 1, errorCode: ErrorCode.NoError, errorMessage: '' }
    expect(pair.eventsOf('client', 'streamClosed')).toEqual([{ ...end, by: 'local' }])
    expect(pair.eventsOf('server', 'streamClosed')).toEqual([{ ...end, by: 'peer' }])
  })

  test('waits for the money in flight and for what is still to be sent', () => {
    const pair = new Pair({ client: { limits: { maxPacketAmount: 100n } } })
    pair.accept('server')
    pair.drive(500)
    const id = opened(pair)
    pair.run('client', (client) => client.setSendMax(id, 10_000n))
    pair.run('client', (client) => client.closeStream(id))
    pair.drive(20_000)
    expect(pair.server.stats().totalReceived).toBe(10_000n)
    const events = pair.events.server.filter(({ type }) => type === 'moneyReceived' || type === 'streamClosed')
    expect(events.at(-1)?.type).toBe('streamClosed')
    expect(events).toHaveLength(101)
  })

  test('with money the peer does not take ends all the same, and says what was not sent (D9)', () => {
    const pair = new Pair()
    pair.drive(500)
    const id = opened(pair)
    pair.run('client', (client) => client.setSendMax(id, 10_000n))
    pair.drive(1_000)
    expect(pair.client.streamStats(id)).toMatchObject({ sent: 0n, held: 0n, peerReceiveMax: 0n, isFlushed: true })
    pair.run('client', (client) => client.closeStream(id))
    pair.drive(1_000)
    expect(pair.eventsOf('client', 'streamClosed')).toHaveLength(1)
    expect(pair.eventsOf('server', 'streamClosed')).toHaveLength(1)
    expect(sentFrames(pair, 'client', FrameType.StreamMoneyBlocked)).toContainEqual({
      type: FrameType.StreamMoneyBlocked,
      streamId: id,
      sendMax: 10_000n,
      totalSent: 0n,
    })
  })

  test('with an error gives up what was never sent, and reports the code even without a message (D8)', () => {
    const pair = new Pair({ server: { limits: { streamWindow: 16_384, maxStreamWindow: 16_384 } } })
    pair.drive(500)
    const id = opened(pair)
    pair.run('client', (client) => client.write(id, pattern(50_000)))
    pair.drive(1_000)
    pair.run('client', (client) => client.closeStream(id, ErrorCode.ApplicationError))
    pair.drive(1_000)
    const end = { type: 'streamClosed', streamId: id, errorCode: ErrorCode.ApplicationError, errorMessage: '' }
    expect(pair.eventsOf('client', 'streamClosed')).toEqual([{ ...end, by: 'local' }])
    expect(pair.eventsOf('server', 'streamClosed')).toEqual([{ ...end, by: 'peer' }])
    // What had arrived is still there to be read.
    expect(pair.server.read(id, 100_000)).toEqual(pattern(50_000).slice(0, 16_384))
  })

  test('that waits for a peer who reads nothing can be cut short with an error', () => {
    const pair = new Pair({ server: { limits: { streamWindow: 16_384, maxStreamWindow: 16_384 } } })
    pair.drive(500)
    const id = opened(pair)
    writeAll(pair, 'client', id, pattern(50_000))
    pair.drive(5_000)
    expect(pair.eventsOf('client', 'streamClosed')).toEqual([])
    pair.run('client', (client) => client.closeStream(id, ErrorCode.ApplicationError, 'enough'))
    pair.drive(1_000)
    expect(pair.eventsOf('client', 'streamClosed')).toMatchObject([{ errorCode: ErrorCode.ApplicationError }])
    expect(pair.eventsOf('server', 'streamClosed')).toMatchObject([
      { errorCode: ErrorCode.ApplicationError, errorMessage: 'enough' },
    ])
  })

  test('with a message longer than a packet still closes it', () => {
    const pair = new Pair()
    pair.drive(500)
    const id = opened(pair)
    pair.run('client', (client) => client.write(id, pattern(10)))
    pair.run('client', (client) => client.closeStream(id, ErrorCode.ApplicationError, 'ü'.repeat(40_000)))
    pair.drive(1_000)
    expect(pair.eventsOf('client', 'streamClosed')).toHaveLength(1)
    const [end] = pair.eventsOf('server', 'streamClosed')
    expect(end!.errorMessage).toMatch(/^ü{200,}$/)
  })

  test('is told again when its packet is lost or refused, until it is acknowledged (D11)', () => {
    const pair = new Pair({ client: { timeouts: { packet: 5_000 } } })
    pair.accept('server')
    pair.drive(500)
    let left = 4
    pair.network = (prepare) => {
      const closes = read(pair, prepare).frames.some(({ type }) => type === FrameType.StreamClose)
      if (!closes || left-- <= 0) return { amount: prepare.amount }
      return left % 2 === 0 ? 'drop' : { reply: reject('T00') }
    }
    writeAll(pair, 'client', opened(pair), pattern(100))
    pair.drive(100_000)
    expect(sentFrames(pair, 'client', FrameType.StreamClose)).toHaveLength(5)
    expect(pair.eventsOf('server', 'streamClosed')).toHaveLength(1)
  })

  test('fits into the next packet when the one it was meant for is full', () => {
    const pair = new Pair({ server: { limits: { streamWindow: 1 << 20 } } })
    pair.accept('server')
    pair.drive(500)
    const closing = Array.from({ length: 8 }, () => opened(pair))
    for (const id of closing) pair.run('client', (client) => client.write(id, pattern(10)))
    pair.drive(1_000)
    const full = opened(pair)
    pair.client.write(full, pattern(120_000))
    for (const id of closing) pair.client.closeStream(id, ErrorCode.ApplicationError, 'x'.repeat(5_000))
    pair.run('client', (client) => client.closeStream(full))
    pair.drive(10_000)
    expect(
      pair
        .eventsOf('server', 'streamClosed')
        .map(({ streamId }) => streamId)
        .sort((a, b) => a - b),
    ).toEqual([...closing, full])
  })

  test('from both ends at once ends it once on each', () => {
    const pair = new Pair()
    pair.accept('server')
    pair.drive(500)
    const id = opened(pair)
    pair.run('client', (client) => client.write(id, pattern(100)))
    pair.drive(1_000)
    pair.run('server', (server) => server.closeStream(id, ErrorCode.ApplicationError, 'server'))
    pair.run('client', (client) => client.closeStream(id, ErrorCode.ApplicationError, 'client'))
    pair.drive(1_000)
    for (const side of ['client', 'server'] as const) expect(pair.eventsOf(side, 'streamClosed')).toHaveLength(1)
    expect(pair.client.streamStats(id)).toBeUndefined()
    expect(pair.server.streamStats(id)).toBeUndefined()
  })

  test('before it sent anything is never announced', () => {
    const pair = new Pair()
    pair.drive(500)
    const packets = pair.sent.client.length
    const id = opened(pair)
    pair.run('client', (client) => client.closeStream(id))
    pair.drive(5_000)
    expect(pair.sent.client).toHaveLength(packets)
    expect(pair.eventsOf('client', 'streamClosed')).toHaveLength(1)
    expect(pair.eventsOf('server', 'streamOpened')).toEqual([])
  })

  test('before it sent anything does not use up the ids that the peer allows', () => {
    const pair = new Pair()
    pair.drive(500)
    for (let i = 0; i < 25; i++) {
      const id = opened(pair)
      expect(id).toBeTypeOf('number')
      pair.run('client', (client) => client.closeStream(id))
      pair.drive(100)
    }
    expect(pair.eventsOf('client', 'streamClosed')).toHaveLength(25)
    expect(pair.eventsOf('server', 'streamOpened')).toEqual([])
  })

  test('that only announced itself does not overtake the announcement', () => {
    const pair = new Pair()
    pair.drive(500)
    const id = opened(pair)
    // The announcement falls behind everything that follows.
    pair.network = (prepare) => ({
      amount: prepare.amount,
      delay: read(pair, prepare).frames.some(({ type }) => type === FrameType.StreamData) ? 500 : 0,
    })
    pair.run('client', (client) => client.setReceiveMax(id, 100n))
    pair.run('client', (client) => client.closeStream(id))
    pair.drive(5_000)
    expect(pair.eventsOf('server', 'streamOpened')).toHaveLength(1)
    expect(pair.eventsOf('server', 'streamClosed')).toHaveLength(1)
    expect(pair.server.streamStats(id)).toBeUndefined()
  })
})

describe('the peer closes a stream', () => {
  test('and bytes that were overtaken are still waited for', () => {
    const pair = new Pair()
    const got = pair.accept('server')
    pair.drive(500)
    tell(pair, 'server', { sequence: 90, frames: [dataFrame(1, 5, pattern(5))] })
    expect(tell(pair, 'server', { sequence: 91, frames: [closeFrame(1)] }).type).toBe('fulfill')
    pair.drive(1_000)
    expect(pair.eventsOf('server', 'streamClosed')).toEqual([])
    tell(pair, 'server', { sequence: 92, frames: [dataFrame(1, 0, pattern(5, 2))] })
    pair.drive(10)
    expect(got.get(1)).toEqual([...pattern(5, 2), ...pattern(5)])
    expect(pair.events.server.at(-1)).toMatchObject({ type: 'streamClosed', errorCode: ErrorCode.NoError })
  })

  test('and bytes that never come do not keep it open, nor pass for a clean end', () => {
    const pair = new Pair({ server: { timeouts: { packet: 4_000 } } })
    pair.drive(500)
    tell(pair, 'server', { sequence: 90, frames: [dataFrame(1, 5, pattern(5)), closeFrame(1)] })
    pair.drive(3_900)
    expect(pair.eventsOf('server', 'streamClosed')).toEqual([])
    pair.drive(200)
    expect(pair.eventsOf('server', 'streamClosed')).toMatchObject([{ by: 'peer', errorCode: ErrorCode.InternalError }])
  })

  test('as it does others, all before their last bytes: each is waited for as long as the first', () => {
    const pair = new Pair({ server: { timeouts: { packet: 4_000 } } })
    const got = pair.accept('server')
    pair.drive(500)
    const start = pair.now
    for (const [i, id] of [1, 3, 5].entries()) {
      tell(pair, 'server', { sequence: 90 + i, frames: [dataFrame(id, 5, pattern(5)), closeFrame(id)] })
      pair.drive(1_000)
    }
    // The bytes of the first come after all.
    tell(pair, 'server', { sequence: 95, frames: [dataFrame(1, 0, pattern(5))] })
    const ends: [number, number][] = []
    pair.onEvent = (_side, event) => {
      if (event.type === 'streamClosed') ends.push([event.streamId, pair.now - start])
    }
    pair.drive(10_000)
    expect(ends).toEqual([
      [3, 5_000],
      [5, 6_000],
    ])
    expect(got.get(1)).toHaveLength(10)
    expect(pair.eventsOf('server', 'streamClosed').map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.NoError,
      ErrorCode.InternalError,
      ErrorCode.InternalError,
    ])
  })

  test('while money on it is in flight: its bytes are waited for no longer than the money', () => {
    const pair = new Pair({ client: { timeouts: { packet: 4_000, grace: 1_000 } } })
    pair.accept('server')
    pair.drive(500)
    const id = opened(pair)
    pair.network = ({ amount }) => (amount > 0n ? 'drop' : { amount })
    pair.drive(500)
    const start = pair.now
    pair.run('client', (client) => client.setSendMax(id, 100n))
    tell(pair, 'client', { sequence: 90, frames: [dataFrame(id, 5, pattern(5)), closeFrame(id)] })
    pair.drive(4_900)
    expect(pair.eventsOf('client', 'streamClosed')).toEqual([])
    pair.drive(200)
    expect(pair.now).toBe(start + 5_100)
    expect(pair.eventsOf('client', 'streamClosed')).toMatchObject([{ by: 'peer', errorCode: ErrorCode.InternalError }])
  })

  // RFC 0029 5.3.7-2
  test('and later money and data on it are answered with StreamClose 6', () => {
    const pair = new Pair()
    pair.accept('server')
    pair.drive(500)
    tell(pair, 'server', { sequence: 90, frames: [dataFrame(1, 0, pattern(5))] })
    tell(pair, 'server', { sequence: 91, frames: [closeFrame(1)] })
    pair.drive(10)
    const answer = closeFrame(1, ErrorCode.StreamStateError, 'Stream is already closed')
    for (const [sequence, amount, frame] of [
      [92, 10n, money(1, 1n)],
      [93, 0n, dataFrame(1, 5, pattern(5))],
    ] as const) {
      const reply = tell(pair, 'server', { sequence, amount, frames: [frame] })
      expect(reply).toMatchObject({ type: 'reject', code: 'F99' })
      expect(read(pair, reply).frames).toEqual([answer])
    }
    expect(pair.server.stats().totalReceived).toBe(0n)
    expect(pair.eventsOf('server', 'streamOpened')).toHaveLength(1)
    expect(pair.server.state).toBe('established')
  })

  test('and nothing is added to what waits to be read', () => {
    const pair = new Pair()
    pair.drive(500)
    tell(pair, 'server', { sequence: 90, frames: [dataFrame(1, 0, pattern(5))] })
    tell(pair, 'server', { sequence: 91, frames: [closeFrame(1)] })
    pair.drive(10)
    const events = pair.events.server.length
    expect(tell(pair, 'server', { sequence: 92, frames: [dataFrame(1, 5, pattern(5))] }).type).toBe('reject')
    pair.drive(10)
    expect(pair.events.server).toHaveLength(events)
    expect(pair.server.read(1, 100)).toEqual(pattern(5))
    expect(pair.server.read(1, 100)).toBeUndefined()
  })

  test('and commands of an application that has not heard of it yet have no effect', () => {
    const pair = new Pair()
    const refused: unknown[] = []
    pair.onEvent = (side, event, connection) => {
      if (side !== 'server' || event.type !== 'streamOpened') return
      try {
        connection.setReceiveMax(event.streamId, 100n)
        connection.setSendMax(event.streamId, 100n)
        connection.write(event.streamId, pattern(10))
      } catch (error) {
        refused.push(error)
      }
    }
    pair.drive(500)
    const id = pair.run('client', (client) => client.openStream())!
    pair.client.write(id, pattern(10))
    pair.run('client', (client) => client.closeStream(id))
    pair.drive(1_000)
    expect(pair.eventsOf('server', 'streamOpened')).toHaveLength(1)
    expect(pair.eventsOf('server', 'streamClosed')).toMatchObject([{ by: 'peer', errorCode: ErrorCode.NoError }])
    expect(refused).toEqual([])
  })

  // RFC 0029 5.3.7-2
  test('and what we still wanted to send is given up', () => {
    const pair = new Pair({ server: { limits: { streamWindow: 16_384, maxStreamWindow: 16_384 } } })
    pair.drive(500)
    const id = opened(pair)
    pair.run('client', (client) => client.write(id, pattern(50_000)))
    pair.drive(1_000)
    pair.run('server', (server) => server.closeStream(id, ErrorCode.ApplicationError, 'no more'))
    pair.drive(1_000)
    expect(pair.eventsOf('client', 'streamClosed')).toMatchObject([{ by: 'peer', errorMessage: 'no more' }])
    expect(pair.client.write(id, pattern(1))).toBe(0)
    expect(() => pair.client.write(99, pattern(1))).toThrow('There is no stream 99')
    expect(pair.eventsOf('server', 'streamClosed')).toMatchObject([{ by: 'local' }])
  })
})
