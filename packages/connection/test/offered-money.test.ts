import { describe, expect, test } from 'vitest'
import { FrameType, type Frame } from '@stream/frames'
import type { IlpReply } from '@stream/frames/ilp'
import { Pair } from './pair.js'
import { forge, hand, money, tell } from './wire.js'

function offering(): Pair {
  const pair = new Pair({ server: { offerMoney: true } }).drive(1_000)
  pair.accept('server')
  pair.run('client', (core) => core.openStream())
  return pair
}

function offer(pair: Pair, sequence: number, lifetime = 30_000): { replies: IlpReply[]; id: number } {
  const expiresAt = pair.now + lifetime
  const frames = [money(1, 1n)]
  const replies = hand(pair, 'server', forge(pair, 'server', { sequence, amount: 500n, frames, expiresAt }))
  return { replies, id: pair.eventsOf('server', 'moneyOffered').at(-1)!.id }
}

const received = (pair: Pair) => pair.server.stats().totalReceived

describe('a Prepare that has expired, or is about to', () => {
  test.each([-1_000, 0, 100, 199])('(%i ms left) is rejected and credited to no one (C4, A3)', (left) => {
    const pair = new Pair().drive(1_000)
    pair.accept('server')
    const forged = { sequence: 50, amount: 500n, frames: [money(1, 1n)], expiresAt: pair.now + left }
    expect(tell(pair, 'server', forged)).toMatchObject({ type: 'reject', code: 'R00' })
    expect(received(pair)).toBe(0n)
    expect(pair.eventsOf('server', 'streamOpened')).toEqual([])
  })

  test('(200 ms left) is fulfilled', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server')
    const forged = { sequence: 50, amount: 500n, frames: [money(1, 1n)], expiresAt: pair.now + 200 }
    expect(tell(pair, 'server', forged).type).toBe('fulfill')
  })

  test('while it waits for a decision is rejected in time (C4)', () => {
    const pair = offering()
    const { replies, id } = offer(pair, 50, 5_000)
    pair.drive(4_700)
    expect(replies).toEqual([])
    pair.drive(200)
    expect(replies).toMatchObject([{ type: 'reject', code: 'R00' }])
    pair.run('server', (core) => core.decide(id, true))
    pair.drive(1_000)
    expect(replies).toHaveLength(1)
    expect(received(pair)).toBe(0n)
    expect(pair.server.streamStats(1)).toMatchObject({ received: 0n })
  })

  test('between the decision and its effect is rejected', () => {
    const pair = offering()
    const { replies, id } = offer(pair, 50, 5_000)
    pair.server.decide(id, true)
    pair.now += 4_900
    pair.drain('server')
    expect(replies).toMatchObject([{ type: 'reject', code: 'R00' }])
    expect(received(pair)).toBe(0n)
    expect(pair.eventsOf('server', 'moneyReceived')).toEqual([])
  })
})

describe('an offer', () => {
  test('names the streams and their amounts, and pays when it is accepted', () => {
    const pair = offering()
    const { replies, id } = offer(pair, 50)
    const [event] = pair.eventsOf('server', 'moneyOffered')
    expect(event).toEqual({ type: 'moneyOffered', id, sequence: 50, amounts: new Map([[1, 500n]]) })
    expect(received(pair)).toBe(0n)
    pair.run('server', (core) => core.decide(id, true))
    expect(replies).toMatchObject([{ type: 'fulfill' }])
    expect(pair.eventsOf('server', 'moneyReceived')).toEqual([
      { type: 'moneyReceived', streamId: 1, amount: 500n, total: 500n, id },
    ])
  })

  test('is answered once, whatever is decided after that', () => {
    const pair = offering()
    const { replies, id } = offer(pair, 50)
    for (const accept of [false, true, true]) pair.run('server', (core) => core.decide(id, accept))
    expect(replies).toMatchObject([{ type: 'reject', code: 'F99' }])
    expect(received(pair)).toBe(0n)
    pair.server.decide(id, true)
    pair.server.decide(12_345, true)
    pair.drain('server')
    expect(received(pair)).toBe(0n)
  })

  test('is settled by the first of two words that are given at once', () => {
    const pair = offering()
    const { replies, id } = offer(pair, 50)
    pair.run('server', (core) => {
      core.decide(id, true)
      core.decide(id, false)
    })
    expect(replies).toMatchObject([{ type: 'fulfill' }])
    expect(received(pair)).toBe(500n)
  })

  test('runs out of time alone: those with more of it can still be accepted', () => {
    const pair = offering()
    const long = offer(pair, 50, 20_000)
    const short = offer(pair, 51, 5_000)
    pair.drive(6_000)
    expect([long.replies, short.replies]).toMatchObject([[], [{ type: 'reject', code: 'R00' }]])
    pair.run('server', (core) => core.decide(long.id, true))
    expect(long.replies).toMatchObject([{ type: 'fulfill' }])
    expect(received(pair)).toBe(500n)
  })

  test('is declined when no packet is left to accept it in', () => {
    const limits = { sealedPackets: 12 }
    const pair = new Pair({ server: { offerMoney: true, limits } }).drive(1_000)
    pair.accept('server')
    const offers = Array.from({ length: 20 }, (_, i) => offer(pair, 50 + i))
    // One for each is too many; one is kept for the close.
    pair.run('server', (core) => {
      for (const { id } of offers) core.decide(id, true)
    })
    pair.drive(1_000)
    const accepted = offers.filter(({ replies }) => replies[0]?.type === 'fulfill')
    const declined = offers.filter(({ replies }) => replies[0]?.type === 'reject')
    expect(accepted.length + declined.length).toBe(20)
    expect(accepted.length).toBeGreaterThan(0)
    expect(declined.map(({ replies }) => replies)).toEqual(
      declined.map(() => [expect.objectContaining({ code: 'F99', data: new Uint8Array(0) }) as unknown]),
    )
    expect(received(pair)).toBe(500n * BigInt(accepted.length))
    expect(pair.server.stats().packetsSealed).toBe(12)
    expect(pair.eventsOf('server', 'closed')).toMatchObject([{ reason: { by: 'packetLimit' } }])
  })

  test('is declined when its stream is closed before the decision', () => {
    const pair = offering()
    const { replies, id } = offer(pair, 50)
    pair.run('server', (core) => core.closeStream(1))
    pair.run('server', (core) => core.decide(id, true))
    expect(replies).toMatchObject([{ type: 'reject', code: 'F99' }])
    expect(received(pair)).toBe(0n)
  })

  test('is declined when the connection is closed before the decision', () => {
    const pair = offering()
    const { replies, id } = offer(pair, 50)
    pair.run('server', (core) => core.close())
    expect(replies).toMatchObject([{ type: 'reject', code: 'F99' }])
    pair.run('server', (core) => core.decide(id, true))
    pair.drive(1_000)
    expect(received(pair)).toBe(0n)
    expect(replies).toHaveLength(1)
  })

  test('is not made of what could not be accepted anyhow', () => {
    const pair = offering()
    tell(pair, 'server', { sequence: 50, amount: 5n, minimum: 6n, frames: [money(1, 1n)] })
    tell(pair, 'server', { sequence: 51, amount: 5n, frames: [money(1, 1n)], isUnfulfillable: true })
    tell(pair, 'server', { sequence: 52, amount: 5n })
    tell(pair, 'server', { sequence: 53 })
    expect(pair.eventsOf('server', 'moneyOffered')).toEqual([])
  })

  test('too many at once are declined, and the others stay', () => {
    const pair = offering()
    const replies = Array.from({ length: 1_030 }, (_, i) =>
      hand(pair, 'server', forge(pair, 'server', { sequence: 50 + i, amount: 1n, frames: [money(1, 1n)] })),
    )
    expect(replies.filter(([reply]) => reply?.type === 'reject')).toHaveLength(6)
    for (const { id } of pair.eventsOf('server', 'moneyOffered')) pair.run('server', (core) => core.decide(id, true))
    expect(received(pair)).toBe(1_024n)
    expect(replies.filter(([reply]) => reply?.type === 'fulfill')).toHaveLength(1_024)
  })
})

describe('bytes that come with offered money', () => {
  function offerWithBytes(lifetime = 30_000): { pair: Pair; id: number } {
    const pair = offering()
    pair.run('client', (core) => core.write(1, new Uint8Array(1)))
    pair.drive(1_000)
    const data: Frame = { type: FrameType.StreamData, streamId: 1, offset: 1, data: Uint8Array.of(7, 8) }
    const expiresAt = pair.now + lifetime
    hand(pair, 'server', forge(pair, 'server', { sequence: 50, amount: 500n, frames: [money(1, 1n), data], expiresAt }))
    return { pair, id: pair.eventsOf('server', 'moneyOffered').at(-1)!.id }
  }
  const told = (pair: Pair) => pair.eventsOf('server', 'readable').length

  test('are told of at once, and not again with the decision', () => {
    const { pair, id } = offerWithBytes()
    expect(told(pair)).toBe(2)
    pair.run('server', (core) => core.decide(id, true))
    expect(received(pair)).toBe(500n)
    expect(told(pair)).toBe(2)
  })

  test('are told of also when the decision never comes', () => {
    const { pair } = offerWithBytes(5_000)
    pair.drive(6_000)
    expect(received(pair)).toBe(0n)
    expect(told(pair)).toBe(2)
  })

  test('are told of before the end of their stream, which a late decision does not change', () => {
    const { pair, id } = offerWithBytes()
    const close = { type: FrameType.StreamClose, streamId: 1, errorCode: 1, errorMessage: '' } as const
    tell(pair, 'server', { sequence: 51, frames: [close] })
    pair.run('server', (core) => core.decide(id, true))
    const types = pair.events.server.map(({ type }) => type)
    expect(types.lastIndexOf('readable')).toBeLessThan(types.indexOf('streamClosed'))
  })
})
