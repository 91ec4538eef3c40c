import { describe, expect, test } from 'vitest'
import { fixedWindow } from '@stream/flow'
import { FrameType, type Frame, type StreamId } from '@stream/frames'
import { answerTo } from './answers.js'
import { pattern } from './disorder.js'
import type { Network } from './pair.js'
import { Pair, reject, type Side } from './pair.js'
import { read, tell } from './wire.js'
import { writeAll } from './writer.js'

const SIDES = ['client', 'server'] as const
const otherOf = (side: Side): Side => (side === 'client' ? 'server' : 'client')

/** The StreamData frames of each Prepare that `side` sent, packets without any left out. */
function dataFrames(pair: Pair, side: Side) {
  const isData = (frame: Frame) => frame.type === FrameType.StreamData && frame.data.length > 0
  return pair.sent[side]
    .map((prepare) => read(pair, prepare).frames.filter(isData) as Extract<Frame, { offset: number }>[])
    .filter((frames) => frames.length > 0)
}

/** Drops or refuses the client's first packets with a frame of this type. */
function failing(pair: Pair, type: number, times: number, fate: 'drop' | 'T00'): Network {
  let left = times
  return (prepare, from) => {
    const matches = from === 'client' && read(pair, prepare).frames.some((frame) => frame.type === type)
    if (!matches || left-- <= 0) return { amount: prepare.amount }
    return fate === 'drop' ? 'drop' : { reply: reject('T00') }
  }
}

function streams(pair: Pair, side: Side, contents: readonly Uint8Array[]): StreamId[] {
  return contents.map((bytes) => {
    const id = pair.run(side, (connection) => connection.openStream())!
    writeAll(pair, side, id, bytes)
    return id
  })
}

describe('data', () => {
  test('goes both ways on many streams at once, complete before each stream ends', () => {
    const pair = new Pair()
    const got = { client: pair.accept('client'), server: pair.accept('server') }
    pair.drive(500)
    const contents = {
      client: [1, 2, 3, 4].map((i) => pattern(30_000 * i, i)),
      server: [5, 6].map((i) => pattern(99_999, i)),
    }
    const lengths: Record<string, number> = {}
    const previous = pair.onEvent
    pair.onEvent = (side, event, connection) => {
      previous(side, event, connection)
      if (event.type === 'streamClosed' && event.by === 'peer') {
        lengths[`${side} ${event.streamId}`] = got[side].get(event.streamId)?.length ?? 0
      }
    }
    const ids = { client: streams(pair, 'client', contents.client), server: [] as StreamId[] }
    pair.drive(100)
    ids.server = streams(pair, 'server', contents.server)
    pair.drive(20_000)
    for (const side of SIDES) {
      ids[side].forEach((id, i) => {
        const bytes = contents[side][i]!
        expect(Uint8Array.from(got[otherOf(side)].get(id)!)).toEqual(bytes)
        expect(lengths[`${otherOf(side)} ${id}`]).toBe(bytes.length)
      })
      expect(pair.eventsOf(side, 'streamClosed')).toHaveLength(6)
    }
  })

  test('never shares a Prepare with money', () => {
    const pair = new Pair()
    const got = pair.accept('server')
    pair.drive(500)
    const [first] = streams(pair, 'client', [pattern(200_000), pattern(200_000, 2)])
    pair.run('client', (client) => client.setSendMax(first!, 1_000_000n))
    // This one is only announced by the limits of its receiver.
    pair.run('client', (client) => client.setReceiveMax(client.openStream()!, 5n))
    pair.drive(20_000)
    const mixed = pair.sent.client
      .map((prepare) => ({ amount: prepare.amount, types: read(pair, prepare).frames.map(({ type }) => type) }))
      .filter(({ amount, types }) => amount > 0n && types.includes(FrameType.StreamData))
    expect(mixed).toEqual([])
    expect([...got].map(([id, bytes]) => [id, bytes.length])).toEqual([
      [1, 200_000],
      [3, 200_000],
    ])
    expect(pair.server.stats().totalReceived).toBe(1_000_000n)
  })

  test('of streams that all have much to send is served in turn', () => {
    const pair = new Pair({ client: { limits: { sendBuffer: 1_000_000 }, congestion: fixedWindow({ packets: 2 }) } })
    const got = pair.accept('server')
    pair.drive(500)
    streams(pair, 'client', [pattern(1_000_000, 1), pattern(1_000_000, 2), pattern(1_000_000, 3)])
    for (let round = 0; round < 200 && pair.eventsOf('server', 'streamClosed').length === 0; round++) {
      pair.drive(25)
      const counts = [1, 3, 5].map((id) => got.get(id)?.length ?? 0)
      if (Math.max(...counts) > 300_000) expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) / 2)
    }
    pair.drive(20_000)
    expect([1, 3, 5].map((id) => got.get(id)?.length)).toEqual([1_000_000, 1_000_000, 1_000_000])
  })

  // RFC 0029 5.3.11-3
  test.each(['drop', 'T00'] as const)('is sent again in exactly the same frames after %s (D10)', (fate) => {
    const pair = new Pair()
    pair.network = failing(pair, FrameType.StreamData, 3, fate)
    const got = pair.accept('server')
    pair.drive(500)
    streams(pair, 'client', [pattern(15_000)])
    pair.run('client', (client) => client.write(client.openStream()!, pattern(900, 2)))
    pair.drive(100)
    // More to send, and facts to tell, must not change how the lost bytes are cut.
    pair.run('client', (client) => client.write(3, pattern(40_000, 3)))
    pair.drive(200_000)
    const seen = new Map<string, Uint8Array>()
    let resent = 0
    for (const frame of dataFrames(pair, 'client').flat() as { streamId: number; offset: number; data: Uint8Array }[]) {
      const key = `${frame.streamId} ${frame.offset}`
      const before = seen.get(key)
      if (before !== undefined) {
        resent++
        expect(frame.data).toEqual(before)
      }
      seen.set(key, frame.data)
    }
    expect(resent).toBeGreaterThanOrEqual(3)
    expect(Uint8Array.from(got.get(1)!)).toEqual(pattern(15_000))
    expect(got.get(3)).toHaveLength(40_900)
  })

  test('that arrives twice, in pieces cut otherwise, is read once (D1)', () => {
    const pair = new Pair()
    const got = pair.accept('server')
    pair.drive(500)
    const bytes = pattern(3_000)
    let sequence = 50
    const send = (from: number, to: number) => {
      const frame = { type: FrameType.StreamData, streamId: 1, offset: from, data: bytes.slice(from, to) } as const
      return tell(pair, 'server', { sequence: sequence++, frames: [frame] })
    }
    for (const [from, to] of [
      [0, 100],
      [50, 150],
      [0, 1_000],
      [2_000, 3_000],
      [900, 2_500],
      [0, 3_000],
      [0, 1],
    ] as const) {
      expect(send(from, to).type).toBe('fulfill')
    }
    expect(Uint8Array.from(got.get(1)!)).toEqual(bytes)
  })

  test('an authenticated reject of its packet acknowledges it: it is not sent again', () => {
    const pair: Pair = new Pair({
      wayBack: (reply, prepare) => {
        const { frames } = read(pair, prepare)
        return frames.some(({ type }) => type === FrameType.StreamData)
          ? answerTo(pair, prepare, { kind: 'reject' })
          : reply
      },
    })
    const got = pair.accept('server')
    pair.drive(500)
    streams(pair, 'client', [pattern(5_000)])
    pair.drive(5_000)
    expect(dataFrames(pair, 'client').flat()).toHaveLength(1)
    expect(got.get(1)).toHaveLength(5_000)
    expect(pair.eventsOf('client', 'streamClosed')).toHaveLength(1)
  })
})
