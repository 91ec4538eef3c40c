import { describe, expect, test } from 'vitest'
import { ErrorCode, FrameType, type Frame } from '@stream/frames'
import { pattern } from './disorder.js'
import { Pair, type Side } from './pair.js'
import { read, tell, tryRead } from './wire.js'
import { writeAll } from './writer.js'

/** Every value of a limit that `side` has told, in Prepares and replies, in the order in which they left. */
function told(pair: Pair, side: Side, type: number, streamId?: number): number[] {
  const { prepares, replies } = toldBy(pair, side, type, streamId)
  return [...prepares, ...replies]
}

/** The same, by what told it. */
function toldBy(pair: Pair, side: Side, type: number, streamId?: number): { prepares: number[]; replies: number[] } {
  const limits = (frames: readonly Frame[]): number[] =>
    frames
      .filter(
        (frame) =>
          frame.type === type && (streamId === undefined || ('streamId' in frame && frame.streamId === streamId)),
      )
      .map((frame) => (frame as { maxOffset: number }).maxOffset)
  return {
    prepares: limits(pair.sent[side].flatMap((prepare) => read(pair, prepare).frames)),
    replies: limits(pair.replies[side].flatMap((reply) => tryRead(pair, reply)?.frames ?? [])),
  }
}

/** Highest offset and sum of all streams that the client has sent. */
function sentOffsets(pair: Pair): Map<number, number> {
  const offsets = new Map<number, number>()
  for (const prepare of pair.sent.client) {
    for (const frame of read(pair, prepare).frames) {
      if (frame.type !== FrameType.StreamData) continue
      offsets.set(frame.streamId, Math.max(offsets.get(frame.streamId) ?? 0, frame.offset + frame.data.length))
    }
  }
  return offsets
}

const narrow = {
  limits: { streamWindow: 16_384, maxStreamWindow: 16_384, connectionWindow: 65_534, maxConnectionWindow: 65_534 },
}

/** Writes so many bytes to a new stream of the client's, which stays open. */
function upload(pair: Pair, bytes: number): void {
  writeAll(
    pair,
    'client',
    pair.run('client', (client) => client.openStream())!,
    pattern(bytes),
    false,
  )
}

describe('the sender', () => {
  // RFC 0029 4.4.4-5
  test('stops at what the peer assumes of a stream and says that it is blocked', () => {
    const pair = new Pair({ server: narrow })
    pair.drive(500)
    writeAll(
      pair,
      'client',
      pair.run('client', (client) => client.openStream())!,
      pattern(50_000),
    )
    pair.drive(5_000)
    expect(sentOffsets(pair)).toEqual(new Map([[1, 16_384]]))
    expect(told(pair, 'client', FrameType.StreamDataBlocked)).toEqual([50_000])
    expect(pair.client.streamStats(1)).toMatchObject({ unsentBytes: 50_000 - 16_384, unackedBytes: 50_000 - 16_384 })
    // The reply to the blocked frame repeats the limit, which the peer may have missed.
    expect(told(pair, 'server', FrameType.StreamMaxData, 1)).toEqual([16_384])
  })

  test('goes on exactly as far as the application reads', () => {
    const pair = new Pair({ server: narrow })
    pair.drive(500)
    writeAll(
      pair,
      'client',
      pair.run('client', (client) => client.openStream())!,
      pattern(50_000),
    )
    pair.drive(1_000)
    let total = 0
    for (const bytes of [4_096, 1, 4_095, 10_000]) {
      pair.run('server', (server) => {
        for (let left = bytes; left > 0;) {
          const piece = server.read(1, left)
          if (piece === undefined) break
          left -= piece.length
          total += piece.length
        }
      })
      pair.drive(1_000)
      const limit = Math.max(...told(pair, 'server', FrameType.StreamMaxData, 1))
      expect(limit).toBeLessThanOrEqual(total + 16_384)
      expect(limit).toBeGreaterThan(total + 16_384 - 4_096)
      expect(sentOffsets(pair).get(1)).toBe(Math.min(50_000, limit))
    }
  })

  // RFC 0029 5.3.3-1
  test('counts all streams against the limit of the connection, also those that are closed (D6)', () => {
    const pair = new Pair({ server: narrow })
    pair.drive(500)
    // Nobody reads: four streams take what the connection may have, and a fifth gets what is left.
    for (let i = 0; i < 5; i++)
      writeAll(
        pair,
        'client',
        pair.run('client', (client) => client.openStream())!,
        pattern(16_000, i),
      )
    pair.drive(5_000)
    const sum = [...sentOffsets(pair).values()].reduce((total, offset) => total + offset, 0)
    expect(sum).toBe(65_534)
    expect(told(pair, 'client', FrameType.ConnectionDataBlocked)).toEqual([80_000])
    for (let i = 0; i < 3; i++) pair.run('server', (server) => server.read(2 * i + 1, 100_000))
    pair.drive(5_000)
    for (let i = 3; i < 5; i++)
      pair.run('server', (server) => {
        while (server.read(2 * i + 1, 100_000) !== undefined);
      })
    pair.drive(5_000)
    pair.run('server', (server) => {
      while (server.read(9, 100_000) !== undefined);
    })
    pair.drive(5_000)
    expect(pair.eventsOf('server', 'streamClosed')).toHaveLength(5)
    expect(pair.client.state).toBe('established')
  })

  test('can send for ever on one connection, stream after stream (D6)', () => {
    const pair = new Pair({ server: narrow })
    const got = pair.accept('server')
    pair.drive(500)
    for (let i = 0; i < 60; i++) {
      const id = pair.run('client', (client) => client.openStream())!
      writeAll(pair, 'client', id, pattern(20_000, i))
      pair.drive(2_000)
      expect(got.get(id)).toHaveLength(20_000)
    }
    expect(pair.eventsOf('server', 'streamClosed')).toHaveLength(60)
    expect(pair.server.state).toBe('established')
  })

  // RFC 0029 4.3.1-2
  test('sends more to a client without an address when a reply with the limit is lost', () => {
    const pair = new Pair({
      server: narrow,
      client: { localAddress: undefined, timeouts: { packet: 1_000, grace: 10 } },
    })
    const got = pair.accept('server')
    pair.drive(500)
    let dropped = 0
    pair.wayBack = (reply) => {
      const raises = tryRead(pair, reply)?.frames.some(({ type }) => type === FrameType.StreamMaxData) === true
      return raises && dropped++ < 3 ? 'drop' : reply
    }
    writeAll(
      pair,
      'client',
      pair.run('client', (client) => client.openStream())!,
      pattern(100_000),
    )
    pair.drive(30_000)
    expect(dropped).toBeGreaterThan(3)
    expect(got.get(1)).toHaveLength(100_000)
    expect(pair.sent.server).toEqual([])
  })
})

describe('the receiver', () => {
  test('tells a larger window than the peer assumes in its first reply', () => {
    const pair = new Pair()
    pair.drive(500)
    const { frames } = read(
      pair,
      tell(pair, 'server', {
        sequence: 90,
        frames: [{ type: FrameType.StreamData, streamId: 1, offset: 0, data: pattern(5) }],
      }),
    )
    expect(frames).toContainEqual({ type: FrameType.StreamMaxData, streamId: 1, maxOffset: 1 << 18 })
    expect(told(pair, 'server', FrameType.ConnectionMaxData)).toContain(1 << 20)
  })

  // RFC 0029 4.4.4-1, 4.4.4-2, 4.5-1
  test('never takes a limit back, and lets the window grow when it is what holds the peer up', () => {
    const pair = new Pair({
      latency: 50,
      server: { limits: { streamWindow: 20_000, maxStreamWindow: 160_000, connectionWindow: 1 << 22 } },
    })
    const got = pair.accept('server')
    pair.drive(500)
    writeAll(
      pair,
      'client',
      pair.run('client', (client) => client.openStream())!,
      pattern(2_000_000),
    )
    pair.drive(60_000)
    expect(got.get(1)).toHaveLength(2_000_000)
    const { prepares, replies } = toldBy(pair, 'server', FrameType.StreamMaxData)
    for (const limits of [prepares, replies]) expect(limits).toEqual([...limits].sort((a, b) => a - b))
    const last = Math.max(...prepares, ...replies)
    expect(last - 2_000_000).toBeGreaterThan(160_000 * 0.75)
    expect(last - 2_000_000).toBeLessThanOrEqual(160_000)
  })

  test.each([0, 50])('tells limits in replies while data comes in and is read, at a latency of %d ms', (latency) => {
    const pair = new Pair({ latency, server: { limits: { streamWindow: 1 << 18, maxStreamWindow: 1 << 18 } } })
    const got = pair.accept('server')
    pair.drive(500)
    pair.sent.server.length = 0
    upload(pair, 4_000_000)
    pair.drive(60_000)
    expect(got.get(1)).toHaveLength(4_000_000)
    const { prepares, replies } = toldBy(pair, 'server', FrameType.StreamMaxData)
    expect(replies.length).toBeGreaterThan(20)
    expect(prepares.length * 4).toBeLessThan(replies.length)
  })

  test('goes on measuring the round trip, so that the window grows to what the path carries', () => {
    const pair = new Pair({ latency: 50 })
    const got = pair.accept('server')
    pair.drive(500)
    upload(pair, 12_000_000)
    pair.drive(2_500)
    // As it is at first, the window lets 6.5 MB pass in this time.
    expect(got.get(1)).toHaveLength(12_000_000)
  })

  // RFC 0029 4.4.4-4, 4.5-2
  test.each([
    ['stream', 1, 16_385, 'Exceeded flow control limits. Stream 1: Max stream byte offset: 16384, received: 16385'],
    ['connection', 5, 13_107, 'Exceeded flow control limits. Max connection byte offset: 65534, received: 65535'],
  ])('ends the connection when its %s limit is broken, and takes nothing of the packet', (_, count, offset, text) => {
    const pair = new Pair({ server: narrow })
    pair.drive(500)
    const frames = Array.from({ length: count }, (_entry, i): Frame => {
      return { type: FrameType.StreamData, streamId: 2 * i + 1, offset: offset - 1, data: new Uint8Array(1) }
    })
    const reply = tell(pair, 'server', { sequence: 90, frames })
    expect(read(pair, reply).frames).toEqual([
      { type: FrameType.ConnectionClose, errorCode: ErrorCode.FlowControlError, errorMessage: text },
    ])
    pair.drive(1_000)
    expect(pair.eventsOf('server', 'closed')).toEqual([
      { type: 'closed', reason: { by: 'local', errorCode: ErrorCode.FlowControlError, errorMessage: text } },
    ])
    expect(pair.eventsOf('server', 'streamOpened')).toEqual([])
  })

  test('does not count a byte twice that comes again', () => {
    const pair = new Pair({ server: narrow })
    pair.drive(500)
    const frame: Frame = { type: FrameType.StreamData, streamId: 1, offset: 6_384, data: new Uint8Array(10_000) }
    for (let sequence = 90; sequence < 110; sequence++)
      expect(tell(pair, 'server', { sequence, frames: [frame, frame] }).type).toBe('fulfill')
    expect(pair.server.state).toBe('established')
  })

  test('counts once what one packet names twice, with other streams in between', () => {
    const pair = new Pair({ server: narrow })
    pair.drive(500)
    const frames = [1, 3, 1, 5, 3, 7].map((streamId): Frame => {
      return { type: FrameType.StreamData, streamId, offset: 0, data: pattern(16_383) }
    })
    expect(tell(pair, 'server', { sequence: 90, frames }).type).toBe('fulfill')
    expect(pair.server.state).toBe('established')
  })

  test('has room again for what came on streams that ended with bytes missing', () => {
    const pair = new Pair({ server: narrow })
    pair.drive(500)
    let sequence = 90
    for (let streamId = 1; streamId < 200; streamId += 2) {
      // The first 8000 bytes never come, for the sender gives the stream up.
      tell(pair, 'server', {
        sequence: sequence++,
        frames: [{ type: FrameType.StreamData, streamId, offset: 8_000, data: pattern(8_000) }],
      })
      const close = {
        type: FrameType.StreamClose,
        streamId,
        errorCode: ErrorCode.ApplicationError,
        errorMessage: '',
      } as const
      expect(tell(pair, 'server', { sequence: sequence++, frames: [close] }).type).toBe('fulfill')
      pair.drive(10)
    }
    expect(pair.server.state).toBe('established')
    expect(Math.max(...told(pair, 'server', FrameType.ConnectionMaxData))).toBeGreaterThanOrEqual(100 * 16_000)
  })

  test('has room again for what was on its way to streams that it closed (D6)', () => {
    const pair = new Pair({ server: narrow })
    pair.drive(500)
    pair.onEvent = (side, event, connection) => {
      if (side !== 'server') return
      if (event.type === 'readable') connection.closeStream(event.streamId, ErrorCode.ApplicationError)
      if (event.type === 'streamClosed' && event.streamId % 4 === 1) connection.stopReading(event.streamId)
    }
    pair.network = (prepare) => {
      const late = read(pair, prepare).frames.some((frame) => frame.type === FrameType.StreamData && frame.offset > 0)
      return { amount: prepare.amount, delay: late ? 500 : 0 }
    }
    for (let i = 0; i < 40; i++) {
      const id = pair.run('client', (client) => client.openStream())!
      for (let piece = 0; piece < 4; piece++) pair.run('client', (client) => client.write(id, pattern(4_000)))
      expect(pair.client.streamStats(id)!.unsentBytes).toBe(0)
      pair.drive(1_000)
      pair.run('server', (server) => server.stopReading(id))
      pair.drive(100)
    }
    expect(pair.eventsOf('server', 'streamClosed')).toHaveLength(40)
    expect(pair.server.state).toBe('established')
  })
})
