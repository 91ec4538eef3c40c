import { describe, expect, test } from 'vitest'
import { ErrorCode, FrameType, type Frame } from '@stream/frames'
import { pattern } from './disorder.js'
import { Pair } from './pair.js'
import { money, read, tell, tryRead } from './wire.js'
import { writeAll } from './writer.js'

const data = (streamId: number): Frame => ({ type: FrameType.StreamData, streamId, offset: 0, data: pattern(3) })
const closeFrame = (streamId: number): Frame => ({
  type: FrameType.StreamClose,
  streamId,
  errorCode: ErrorCode.NoError,
  errorMessage: '',
})

describe('streams', () => {
  // RFC 0029 3.3-1, 4.4.1-1
  test('are odd for clients and even for servers, ten of each at once', () => {
    const pair = new Pair().drive(500)
    const ids = (side: 'client' | 'server') =>
      Array.from({ length: 11 }, () => pair.run(side, (connection) => connection.openStream()))
    expect(ids('client')).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19, undefined])
    expect(ids('server')).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20, undefined])
  })

  test('follow each other without end: the peer raises its limit as they close', () => {
    const pair = new Pair()
    const got = pair.accept('server')
    pair.drive(500)
    for (let i = 0; i < 300; i++) {
      const id = pair.run('client', (client) => client.openStream())
      expect(id).toBe(2 * i + 1)
      writeAll(pair, 'client', id!, pattern(10, i))
      pair.drive(300)
    }
    expect(pair.eventsOf('server', 'streamClosed')).toHaveLength(300)
    expect([...got.values()].every((bytes) => bytes.length === 10)).toBe(true)
    expect(pair.client.streamStats(1)).toBeUndefined()
  })

  test('above the limit wait for it, and the peer is told', () => {
    const pair = new Pair()
    pair.accept('server')
    pair.drive(500)
    for (let i = 0; i < 10; i++) pair.run('client', (client) => client.write(client.openStream()!, pattern(5)))
    expect(pair.run('client', (client) => client.openStream())).toBeUndefined()
    pair.drive(500)
    const blocked = pair.sent.client
      .flatMap((prepare) => read(pair, prepare).frames)
      .filter(({ type }) => type === FrameType.ConnectionStreamIdBlocked)
    expect(blocked).toEqual([{ type: FrameType.ConnectionStreamIdBlocked, maxStreamId: 21 }])
    pair.run('client', (client) => client.closeStream(7))
    pair.drive(500)
    expect(pair.run('client', (client) => client.openStream())).toBe(21)
    expect(pair.run('client', (client) => client.openStream())).toBeUndefined()
  })

  test('of the peer are allowed as many as configured, and told in the first reply', () => {
    const pair = new Pair({ server: { limits: { maxRemoteStreams: 100 } } }).drive(500)
    const told = pair.replies.server.flatMap((reply) => tryRead(pair, reply)?.frames ?? [])
    expect(told).toContainEqual({ type: FrameType.ConnectionMaxStreamId, maxStreamId: 200 })
    const ids = Array.from({ length: 101 }, () => pair.run('client', (client) => client.openStream()))
    expect(ids.filter((id) => id !== undefined)).toHaveLength(100)
  })

  // RFC 0029 4.4.4-3
  test('that the peer allowed are not taken back by a lower limit (F6)', () => {
    const pair = new Pair({ server: { limits: { maxRemoteStreams: 100 } } }).drive(500)
    tell(pair, 'client', { sequence: 90, frames: [{ type: FrameType.ConnectionMaxStreamId, maxStreamId: 4 }] })
    expect(Array.from({ length: 12 }, () => pair.run('client', (client) => client.openStream())).at(-1)).toBe(23)
  })

  test('that nobody has read keep their place among those the peer may open', () => {
    const pair = new Pair().drive(500)
    let sequence = 90
    for (let streamId = 1; streamId < 20; streamId += 2) {
      tell(pair, 'server', { sequence: sequence++, frames: [data(streamId)] })
      tell(pair, 'server', { sequence: sequence++, frames: [closeFrame(streamId)] })
    }
    pair.drive(100)
    expect(tell(pair, 'server', { sequence: 200, frames: [data(21)] }).type).toBe('reject')
    pair.drive(1_000)
    expect(pair.eventsOf('server', 'closed')).toMatchObject([{ reason: { errorCode: ErrorCode.StreamIdError } }])
  })
})

// RFC 0029 4.4.1-2
describe.each([
  ['server', 2, ErrorCode.ProtocolViolation, 'the wrong parity'],
  ['client', 1, ErrorCode.ProtocolViolation, 'the wrong parity'],
  ['server', 0, ErrorCode.ProtocolViolation, 'the id 0'],
  ['client', 0, ErrorCode.ProtocolViolation, 'the id 0'],
  ['server', 21, ErrorCode.StreamIdError, 'an id above the limit'],
  ['client', 22, ErrorCode.StreamIdError, 'an id above the limit'],
  ['server', 2 ** 53 - 1, ErrorCode.StreamIdError, 'an id above the limit'],
] as const)('a %s that gets a frame of stream %d', (side, streamId, code, what) => {
  test.each([
    ['StreamData', data(streamId)],
    ['StreamMoney', money(streamId, 1n)],
    ['StreamMaxMoney', { type: FrameType.StreamMaxMoney, streamId, receiveMax: 1n, totalReceived: 0n }],
    ['StreamClose', closeFrame(streamId)],
    ['StreamDataBlocked', { type: FrameType.StreamDataBlocked, streamId, maxOffset: 1 }],
  ] as const)(`ends the connection for ${what} in a %s, and really does (E8, F11)`, (_, frame) => {
    const pair = new Pair().drive(500)
    pair.run(side, () => {})
    // Nothing of the packet takes effect, whatever stands before the breach.
    const good = data(side === 'server' ? 1 : 2)
    const reply = tell(pair, side, { sequence: 90, amount: 5n, frames: [good, frame] })
    expect(reply).toMatchObject({ type: 'reject', code: 'F99' })
    expect(read(pair, reply).frames).toMatchObject([{ type: FrameType.ConnectionClose, errorCode: code }])
    expect(pair.eventsOf(side, 'streamOpened')).toEqual([])
    const next = tell(pair, side, { sequence: 91, amount: 5n, frames: [good] })
    expect(next.type).toBe('reject')
    // A Prepare tells the close meanwhile.
    expect(read(pair, next).frames).toEqual([])
    expect(read(pair, pair.sent[side].at(-1)!).frames).toMatchObject([{ errorCode: code }])
    pair.drive(10_000)
    expect(pair.eventsOf(side, 'closed')).toMatchObject([{ reason: { by: 'local', errorCode: code } }])
    expect(pair.of(side).stats().totalReceived).toBe(0n)
  })
})
