import { describe, expect, test } from 'vitest'
import { FrameType, type Frame } from '@stream/frames'
import { answerTo } from './answers.js'
import { pattern } from './disorder.js'
import { Pair } from './pair.js'
import { forge, hand, read, tell } from './wire.js'
import { writeAll } from './writer.js'

const WINDOW = 65_534

/**
 * A client and, in place of the server, a receiver as the predecessor is one: it reads at once, tells its limit for all
 * streams in replies only, and counts the bytes of those streams alone that are open. The record of a closed stream goes
 * `forgetsAfter` ms after its close.
 */
function toPredecessor({ forgetsAfter = 0 } = {}): {
  pair: Pair
  bytes: () => number
  forget: (streamId: number) => void
} {
  const offsets = new Map<number, number>()
  let forgotten = 0
  // The packets of the very beginning do reach the server.
  const pair = new Pair({ server: { limits: { connectionWindow: WINDOW, maxConnectionWindow: WINDOW } } })
  const forget = (streamId: number) => {
    forgotten += offsets.get(streamId) ?? 0
    offsets.delete(streamId)
  }
  const apply = (frame: Frame) => {
    if (frame.type === FrameType.StreamData) {
      offsets.set(frame.streamId, Math.max(offsets.get(frame.streamId) ?? 0, frame.offset + frame.data.length))
    }
    if (frame.type !== FrameType.StreamClose) return
    pair.after(forgetsAfter, () => forget(frame.streamId))
  }
  const open = () => [...offsets.values()].reduce((sum, offset) => sum + offset, 0)
  pair.network = (prepare, from) => {
    if (from === 'server') return 'drop'
    for (const frame of read(pair, prepare).frames) apply(frame)
    const frames: Frame[] = [{ type: FrameType.ConnectionMaxData, maxOffset: open() + WINDOW }]
    frames.push({ type: FrameType.ConnectionMaxStreamId, maxStreamId: 1_000 })
    return { reply: answerTo(pair, prepare, { frames }) }
  }
  return { pair, bytes: () => forgotten + open(), forget }
}

describe('a peer that counts only the streams that are open', () => {
  test.each([0, 100])('is sent on when its count has fallen, %i ms after a close', (forgetsAfter) => {
    const { pair, bytes } = toPredecessor({ forgetsAfter })
    pair.drive(500)
    for (let count = 1; count <= 20; count++) {
      const streamId = pair.run('client', (client) => client.openStream())!
      writeAll(pair, 'client', streamId, pattern(10_000))
      pair.drive(10_000)
      expect(bytes()).toBe(count * 10_000)
    }
  })
})

describe('a peer that has forgotten a stream', () => {
  test('that nobody here has read to its end is not told of its bytes again, and is sent on', () => {
    const { pair, bytes, forget } = toPredecessor()
    pair.drive(500)
    const ended = pair.run('client', (client) => client.openStream())!
    pair.run('client', (client) => client.write(ended, pattern(16_000)))
    pair.drive(1_000)
    const data = { type: FrameType.StreamData, streamId: ended, offset: 0, data: pattern(5) } as const
    const close = { type: FrameType.StreamClose, streamId: ended, errorCode: 1, errorMessage: '' } as const
    tell(pair, 'client', { sequence: 100, frames: [data, close] })
    forget(ended)
    expect(pair.client.streamStats(ended)).toBeDefined()
    for (let i = 0; i < 6; i++) {
      const streamId = pair.run('client', (client) => client.openStream())!
      writeAll(pair, 'client', streamId, pattern(10_000), false)
    }
    pair.drive(10_000)
    expect(bytes()).toBe(16_000 + 6 * 10_000)
  })
})

/** A peer that tells its limit for all streams in replies only, and five streams that together want more than it. */
function toPeerWithLimit(first: number): { pair: Pair; peer: { limit: number; bytes: number } } {
  const peer = { limit: first, bytes: 0 }
  const pair = new Pair({ server: { limits: { connectionWindow: WINDOW, maxConnectionWindow: WINDOW } } })
  pair.drive(500)
  pair.network = (prepare, from) => {
    if (from === 'server') return 'drop'
    for (const frame of read(pair, prepare).frames) {
      if (frame.type === FrameType.StreamData) peer.bytes += frame.data.length
    }
    const frames: Frame[] = [{ type: FrameType.ConnectionMaxData, maxOffset: peer.limit }]
    return { reply: answerTo(pair, prepare, { frames }) }
  }
  writeToFiveStreams(pair)
  return { pair, peer }
}

function writeToFiveStreams(pair: Pair): void {
  for (let i = 0; i < 5; i++) {
    const streamId = pair.run('client', (client) => client.openStream())!
    writeAll(pair, 'client', streamId, pattern(16_000), false)
  }
  pair.drive(5_000)
}

/** An empty packet of the peer: something has moved there. */
const stir = (pair: Pair, sequence: number) => hand(pair, 'client', forge(pair, 'client', { sequence, frames: [] }))

describe('a peer that tells less than its open streams have been sent', () => {
  test('is not believed, and is sent on when it tells more', () => {
    const { pair, peer } = toPeerWithLimit(0)
    const sent = pair.sent.client.length
    stir(pair, 100)
    pair.drive(5_000)
    expect(peer.bytes).toBe(WINDOW)
    expect(pair.sent.client.length - sent).toBeLessThan(5)
    peer.limit = 80_000
    stir(pair, 101)
    pair.drive(5_000)
    expect(peer.bytes).toBe(80_000)
  })
})

describe('a peer that tells its limit for all streams in replies only', () => {
  test.each([0, 100])('is asked for it when it moves, and is sent on %i ms later', (after) => {
    const { pair, peer } = toPeerWithLimit(WINDOW)
    expect(peer.bytes).toBe(WINDOW)
    pair.after(after, () => (peer.limit += 16_000))
    stir(pair, 100)
    pair.drive(5_000)
    expect(peer.bytes).toBe(80_000)
  })

  test('is not asked on and on', () => {
    const pair = new Pair({ server: { limits: { connectionWindow: WINDOW, maxConnectionWindow: WINDOW } } })
    pair.drive(500)
    writeToFiveStreams(pair)
    const sent = pair.sent.client.length
    pair.drive(40_000)
    expect(pair.sent.client.length).toBe(sent)
  })
})
