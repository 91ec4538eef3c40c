import { describe, expect, test } from 'vitest'
import { frameSize, FrameType } from '@stream/frames'
import { pattern } from './disorder.js'
import { Pair, type Side } from './pair.js'
import { isFulfillable, read, tryRead } from './wire.js'
import { writeAll } from './writer.js'

/** The most an ILP packet may carry (RFC 0027). */
const MAX_DATA = 32_767
const SIDES = ['client', 'server'] as const

function busyPair(padPackets: boolean): Pair {
  const both = { padPackets, limits: { sendBuffer: 1 << 20 } }
  const pair = new Pair({ client: both, server: both })
  for (const side of SIDES) pair.accept(side)
  pair.drive(500)
  for (const side of SIDES) {
    for (let i = 0; i < 6; i++) {
      const id = pair.run(side, (connection) => connection.openStream())!
      pair.run(side, (connection) => connection.setSendMax(id, 10_000n))
      // Sizes around what a packet holds, so that every way to fill one to the brim comes up.
      writeAll(pair, side, id, pattern(32_600 + 40 * i + 65_478 * (i % 3), i))
    }
  }
  pair.drive(20_000)
  pair.run('client', (client) => client.close())
  return pair.drive(1_000)
}

const sizesOf = (pair: Pair, side: Side) => [...pair.sent[side], ...pair.replies[side]].map(({ data }) => data.length)

describe('packets', () => {
  test('never hold more than an ILP packet may carry, and use nearly all of it for bulk', () => {
    const pair = busyPair(false)
    for (const side of SIDES) {
      expect(pair.eventsOf(side, 'streamClosed')).toHaveLength(12)
      expect(Math.max(...sizesOf(pair, side))).toBeLessThanOrEqual(MAX_DATA)
      expect(Math.max(...sizesOf(pair, side))).toBeGreaterThan(MAX_DATA - 64)
    }
  })

  // RFC 0029 5.2-6
  test('look all the same with padding: probes, money, data, closes and replies (F13)', () => {
    const pair = busyPair(true)
    for (const side of SIDES) {
      expect(pair.eventsOf(side, 'closed')).toHaveLength(1)
      expect(new Set(sizesOf(pair, side))).toEqual(new Set([MAX_DATA]))
    }
    const kinds = pair.sent.client.map((prepare) => (isFulfillable(pair, prepare) ? 'real' : 'probe'))
    expect(new Set(kinds)).toEqual(new Set(['real', 'probe']))
    const types = new Set(pair.sent.client.flatMap((prepare) => read(pair, prepare).frames.map(({ type }) => type)))
    for (const type of [
      FrameType.ConnectionClose,
      FrameType.StreamMoney,
      FrameType.StreamData,
      FrameType.StreamClose,
    ]) {
      expect(types).toContain(type)
    }
  })

  // RFC 0029 5.2-7
  test('are padded with zero bytes only', () => {
    const pair = busyPair(true)
    for (const prepare of pair.sent.client.slice(0, 40)) {
      const plaintext = pair.protection.open(prepare.data)!
      const { frames } = read(pair, prepare)
      const used = 100 + frames.reduce((size, frame) => size + frameSize(frame), 0)
      expect(plaintext.subarray(used).every((byte) => byte === 0)).toBe(true)
      expect(plaintext.length).toBe(MAX_DATA - 28)
    }
  })

  // RFC 0029 5.2-3
  test('have sequences of their own that only grow', () => {
    const pair = busyPair(false)
    for (const side of SIDES) {
      const sequences = pair.sent[side].map((prepare) => read(pair, prepare).sequence)
      expect(sequences).toEqual(sequences.map((_, i) => i + 1))
      expect(pair.of(side).stats()).toMatchObject({
        packetsSent: sequences.length,
        packetsSealed:
          sequences.length + pair.replies[side].filter((reply) => tryRead(pair, reply) !== undefined).length,
      })
    }
  })

  test('carry the amount that arrived in their replies', () => {
    const pair = new Pair({ rate: [1n, 3n] })
    pair.accept('server')
    pair.drive(500)
    pair.run('client', (client) => client.setSendMax(client.openStream()!, 30_000n))
    const seen: [bigint, bigint][] = []
    pair.wayBack = (reply, prepare) => {
      const answer = tryRead(pair, reply)
      if (answer !== undefined && prepare.amount > 0n) seen.push([prepare.amount / 3n, answer.prepareAmount])
      return reply
    }
    pair.drive(1_000)
    expect(seen.length).toBeGreaterThan(0)
    for (const [arrived, said] of seen) expect(said).toBe(arrived)
  })
})
