import { describe, expect, test } from 'vitest'
import type { IlpReply } from '@stream/frames/ilp'
import { envelopeName } from './envelope-name.js'
import { RecentReplies } from './recent-replies.js'

const envelope = (n: number) => new Uint8Array(40).fill(n & 0xff).fill(n >> 8, 0, 2)
const reply: IlpReply = { type: 'fulfill', fulfillment: new Uint8Array(32), data: Uint8Array.of(1, 2, 3) }

describe('recent replies', () => {
  test('are repeated to the same envelope only', () => {
    const recent = new RecentReplies()
    recent.remember(1, envelopeName(envelope(1)), 1_000)
    expect(recent.settle(1, reply)).toEqual([])
    expect(recent.repeat(1, 11, envelope(1))).toEqual(reply.data)
    expect(recent.repeat(1, 12, envelope(2))).toBeUndefined()
    expect(recent.repeat(2, 13, envelope(1))).toBeUndefined()
    expect(recent.repeat(1, 12, envelope(1))).toBeDefined()
  })

  test('are kept byte for byte, as they were made, however many and however large', () => {
    const recents = Array.from({ length: 200 }, () => new RecentReplies())
    const dataOf = (i: number): Uint8Array => new Uint8Array(i === 77 ? 32_000 : i % 90).fill(i)
    recents.forEach((recent, i) => {
      const data = dataOf(i)
      recent.remember(1, envelopeName(envelope(i)), 1_000)
      recent.settle(1, { ...reply, data })
      data.fill(255)
    })
    recents.forEach((recent, i) => expect(recent.repeat(1, 11, envelope(i))).toEqual(dataOf(i)))
  })

  test('are kept whole when they are Rejects', () => {
    const recent = new RecentReplies()
    const reject: IlpReply = { type: 'reject', code: 'F99', triggeredBy: '', message: '', data: new Uint8Array(0) }
    recent.remember(1, envelopeName(envelope(1)), 1_000)
    recent.settle(1, reject)
    expect(recent.repeat(1, 11, envelope(1))).toBe(reject)
  })

  test('go to everyone else who waited, once', () => {
    const recent = new RecentReplies()
    recent.remember(1, envelopeName(envelope(1)), 1_000)
    expect(recent.repeat(1, 11, envelope(1))).toBe('wait')
    expect(recent.repeat(1, 12, envelope(1))).toBe('wait')
    expect(recent.settle(1, reply)).toEqual([11, 12])
    expect(recent.settle(1, reply)).toEqual([])
  })

  test('are waited for by 16 copies at most', () => {
    const recent = new RecentReplies()
    recent.remember(1, envelopeName(envelope(1)), 1_000)
    const answers = Array.from({ length: 20 }, (_, i) => recent.repeat(1, 1 + i, envelope(1)))
    expect(answers.filter((answer) => answer === 'wait')).toHaveLength(15)
    expect(answers.slice(15)).toEqual([undefined, undefined, undefined, undefined, undefined])
    expect(recent.settle(1, reply)).toHaveLength(15)
  })

  test('are forgotten when they expire', () => {
    const recent = new RecentReplies()
    recent.remember(1, envelopeName(envelope(1)), 1_000)
    recent.remember(2, envelopeName(envelope(2)), 2_000)
    expect(recent.lastExpiry).toBe(2_000)
    recent.forgetExpired(999)
    expect(recent.repeat(1, 12, envelope(1))).toBeDefined()
    recent.forgetExpired(1_000)
    expect(recent.repeat(1, 12, envelope(1))).toBeUndefined()
    expect(recent.lastExpiry).toBe(2_000)
    recent.forgetExpired(2_000)
    expect(recent.lastExpiry).toBeUndefined()
  })

  test('are all gone at the last expiry, in whichever order they expire', () => {
    const recent = new RecentReplies()
    recent.remember(1, envelopeName(envelope(1)), 3_000)
    recent.remember(2, envelopeName(envelope(2)), 1_000)
    expect(recent.lastExpiry).toBe(3_000)
    recent.forgetExpired(3_000)
    expect(recent.lastExpiry).toBeUndefined()
  })

  test('are 16 at most: the oldest goes, but never one that somebody else waits for', () => {
    const recent = new RecentReplies()
    recent.remember(0, envelopeName(envelope(0)), 1_000)
    recent.repeat(0, 1_000, envelope(0))
    for (let i = 1; i < 300; i++) recent.remember(i, envelopeName(envelope(i)), 1_000)
    const kept = Array.from({ length: 300 }, (_, i) => i).filter((i) => recent.repeat(i, 2_000 + i, envelope(i)))
    expect(kept).toHaveLength(16)
    expect(kept[0]).toBe(0)
    expect(kept[1]).toBe(285)
    expect(recent.settle(0, reply)).toEqual([1_000, 2_000])
    expect(recent.settle(5, reply)).toEqual([])
  })
})
