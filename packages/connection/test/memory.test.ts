import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { ErrorCode, FrameType, type Frame } from '@stream/frames'
import type { Connection } from '../src/index.js'
import { Pair } from './pair.js'
import { tell } from './wire.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes alive: objects and buffers. Twice, for buffers found dead are freed in the background. */
function bytesAlive(): number {
  collect()
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Compiled code, and the last answers of the connection: the same however long an attack lasts. */
const MARGIN = 1_500_000

/** What a hostile client makes a server keep, in bytes; what the test itself keeps of it is dropped first. */
function kept(pair: Pair, attack: (server: Connection) => void): number {
  const forget = () => {
    for (const lists of [pair.replies, pair.events, pair.sent]) lists.server.length = lists.client.length = 0
  }
  forget()
  const before = bytesAlive()
  attack(pair.server)
  forget()
  return bytesAlive() - before
}

const data = (streamId: number, offset: number, bytes: number): Frame => ({
  type: FrameType.StreamData,
  streamId,
  offset,
  data: new Uint8Array(bytes).fill(7),
})
const windows = {
  streamWindow: 65_536,
  maxStreamWindow: 65_536,
  connectionWindow: 131_072,
  maxConnectionWindow: 131_072,
}

describe('what a server keeps stays near its windows', () => {
  test('when bytes come one by one in large packets, again and again, in any cut (E1)', () => {
    const pair = new Pair({ server: { limits: windows } }).drive(500)
    const bytes = kept(pair, () => {
      let sequence = 90
      for (let round = 0; round < 8; round++) {
        for (let offset = 1; offset < 65_000; offset += 130) {
          const frames = [1, 3].flatMap((id) => [
            data(id, offset + round, 1),
            data(id, offset, 40 + round),
            data(id, offset, 0),
          ])
          expect(tell(pair, 'server', { sequence: sequence++, frames }).type).toBe('fulfill')
        }
      }
    })
    expect(bytes).toBeLessThan(131_072 + MARGIN)
  })

  test('when sixteen thousand single bytes are read at once (E2)', () => {
    const pair = new Pair({ server: { limits: windows } }).drive(500)
    const got = pair.accept('server')
    for (let from = 0, sequence = 90; from < 16_000; from += 2_000) {
      const frames = Array.from({ length: 2_000 }, (_, i) => data(1, 16_000 - from - i, 1))
      expect(tell(pair, 'server', { sequence: sequence++, frames }).type).toBe('fulfill')
    }
    expect(got.get(1)).toBeUndefined()
    tell(pair, 'server', { sequence: 200, frames: [data(1, 0, 1)] })
    expect(got.get(1)).toHaveLength(16_001)
  })

  test('when streams come and go without end (E5)', () => {
    const pair = new Pair().drive(500)
    pair.onEvent = (side, event, connection) => {
      if (event.type === 'readable') connection.read(event.streamId, 10)
    }
    let sequence = 90
    const openAndClose = (from: number, to: number) => {
      for (let streamId = from; streamId < to; streamId += 2) {
        tell(pair, 'server', { sequence: sequence++, frames: [data(streamId, 0, 3)] })
        const close = { type: FrameType.StreamClose, streamId, errorCode: ErrorCode.NoError, errorMessage: '' } as const
        expect(tell(pair, 'server', { sequence: sequence++, frames: [close] }).type).toBe('fulfill')
        pair.drive(2)
      }
    }
    openAndClose(1, 1_001)
    const bytes = kept(pair, () => openAndClose(1_001, 21_001))
    expect(bytes).toBeLessThan(MARGIN)
    expect(pair.server.streamStats(10_999)).toBeUndefined()
  })

  test('when packets come that never take effect', () => {
    const pair = new Pair().drive(500)
    const bytes = kept(pair, () => {
      for (let i = 0; i < 10_000; i++) {
        tell(pair, 'server', {
          sequence: 90 + i,
          amount: 5n,
          frames: [{ type: FrameType.StreamMoney, streamId: 1, shares: 1n }],
          isUnfulfillable: true,
        })
      }
    })
    expect(bytes).toBeLessThan(MARGIN)
  })
})
