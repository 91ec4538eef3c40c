import { describe, expect, test } from 'vitest'
import { encodePacket, FrameType, IlpPacketType, MAX_UINT64 } from '@stream/frames'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import { Pair, ratio, reject, type Network, type WayBack } from './pair.js'
import { paying, read, type PaidPacket } from './wire.js'

const reasons = (pair: Pair) => pair.eventsOf('client', 'closed').map(({ reason }) => reason)

function pay(pair: Pair, amount: bigint): Pair {
  pair.accept('server')
  pair.run('client', (client) => client.setSendMax(client.openStream()!, amount))
  return pair
}

const packets = (maxPacketAmount: bigint) => ({ limits: { maxPacketAmount } })

describe('a fulfillment without the peer’s word', () => {
  test.each<[string, WayBack]>([
    ['stripped', (reply) => ({ ...reply, data: new Uint8Array(0) })],
    ['corrupted', (reply) => ({ ...reply, data: reply.data.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) })],
    ['garbage', (reply) => ({ ...reply, data: new Uint8Array(32_767).fill(255) })],
  ])('(data %s) is money sent: at least the minimum has arrived (C5, J2)', (_, meddle) => {
    const pair = new Pair({ rate: [1n, 2n], client: packets(1_000n) }).drive(1_000)
    pair.wayBack = (reply, ...rest) => (reply.type === 'fulfill' ? meddle(reply, ...rest) : reply)
    pay(pair, 5_000n).drive(5_000)
    const { totalSent, totalDelivered } = pair.client.stats()
    expect(totalSent).toBe(5_000n)
    const minimums = paying(pair, 'client').map(({ minimum }) => minimum)
    expect(totalDelivered).toBe(minimums.reduce((sum, minimum) => sum + minimum, 0n))
    expect(pair.server.stats().totalReceived).toBe(2_500n)
    expect(pair.client.streamStats(1)).toMatchObject({ sent: 5_000n, held: 0n })
    expect(reasons(pair)).toEqual([])
  })

  // RFC 0029 5.2-2, 5.2-4
  test('of the wrong type or sequence counts as one without it (A5, J3, P2)', () => {
    const pair = new Pair({ client: packets(1_000n) }).drive(1_000)
    pair.wayBack = (reply) => {
      if (reply.type !== 'fulfill') return reply
      const packet = read(pair, reply)
      const ilpPacketType = packet.sequence % 2 === 0 ? IlpPacketType.Reject : packet.ilpPacketType
      const sequence = packet.sequence % 2 === 0 ? packet.sequence : packet.sequence + 1
      return {
        ...reply,
        data: pair.protection.seal(encodePacket({ ...packet, ilpPacketType, sequence, prepareAmount: 5n })),
      }
    }
    pay(pair, 4_000n).drive(2_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 4_000n, totalDelivered: 990n * 3n + 989n })
  })
})

describe('a peer that fulfils although less has arrived than the minimum', () => {
  /** Rewrites what the peer says has arrived. */
  function lie(pair: Pair, delivered: bigint): void {
    pair.wayBack = (reply) => {
      if (reply.type !== 'fulfill') return reply
      return { ...reply, data: pair.protection.seal(encodePacket({ ...read(pair, reply), prepareAmount: delivered })) }
    }
  }

  test('has got the money of that packet, and no more (S1)', () => {
    const pair = new Pair({ client: packets(1_000n) }).drive(1_000)
    lie(pair, 989n)
    pay(pair, 1_000_000n).drive(10_000)
    expect(reasons(pair)).toEqual([{ by: 'rateTooLow', minimum: 990n, delivered: 989n }])
    // What was in flight when the first lie arrived is booked, too.
    expect(paying(pair, 'client')).toHaveLength(20)
    expect(pair.client.stats()).toMatchObject({ totalSent: 20_000n, totalDelivered: 20n * 989n })
    expect(pair.eventsOf('client', 'moneySent')).toHaveLength(20)
  })

  test('is told that the connection ends', () => {
    const pair = new Pair({ client: packets(1_000n) }).drive(1_000)
    lie(pair, 0n)
    pay(pair, 1_000n).drive(10_000)
    const frames = pair.sent.client.flatMap((prepare) => read(pair, prepare).frames)
    expect(frames.filter(({ type }) => type === FrameType.ConnectionClose)).toHaveLength(1)
    expect(pair.eventsOf('server', 'closed')).toHaveLength(1)
  })

  test('that claims the impossible in the other direction harms only itself (C10)', () => {
    const pair = new Pair({ client: packets(1_000n) }).drive(1_000)
    lie(pair, MAX_UINT64)
    pay(pair, 3_000n).drive(10_000)
    expect(pair.client.stats().totalSent).toBe(3_000n)
    expect(pair.client.streamStats(1)).toMatchObject({ sent: 3_000n, held: 0n, delivered: MAX_UINT64 })
    expect(pair.server.stats().totalReceived).toBe(3_000n)
  })
})

describe('two replies to one packet', () => {
  test('count once', () => {
    const pair = new Pair({ client: packets(1_000n) }).drive(1_000)
    pair.wayBack = (reply, prepare) => {
      if (prepare.amount > 0n) pair.after(60, () => repeat(pair, prepare, reply))
      return reply
    }
    pay(pair, 10_000n).drive(3_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 10_000n, totalDelivered: 10_000n })
    expect(pair.eventsOf('client', 'moneySent')).toHaveLength(10)
  })

  test('to no packet that was ever sent change nothing', () => {
    const pair = new Pair().drive(1_000)
    const before = pair.client.stats()
    for (const sequence of [0, 999, -1, 2 ** 40]) {
      pair.run('client', (client) => client.handleInput(pair.now, { type: 'reply', sequence, reply: reject('F00') }))
      pair.run('client', (client) => client.handleInput(pair.now, { type: 'sendFailed', sequence, cause: 'x' }))
    }
    expect(pair.client.stats()).toEqual(before)
  })

  function repeat(pair: Pair, prepare: IlpPrepare, reply: IlpReply): void {
    const { sequence } = read(pair, prepare)
    pair.run('client', (client) => client.handleInput(pair.now, { type: 'reply', sequence, reply }))
  }
})

describe('a fulfillment that comes too late', () => {
  const timeouts = { packet: 1_000, grace: 200, idle: 120_000 }

  /** A payment of 700 whose Fulfill was held back until the packet had been given up for lost. */
  function overdue(): { pair: Pair; sequence: number; reply: IlpReply } {
    const held: { sequence: number; reply: IlpReply }[] = []
    const pair = new Pair({ client: { timeouts } }).drive(1_000)
    pair.wayBack = (reply, prepare) => {
      if (prepare.amount === 0n) return reply
      held.push({ sequence: read(pair, prepare).sequence, reply })
      return 'drop'
    }
    pay(pair, 700n).drive(1_300)
    expect(pair.client.stats().totalSent).toBe(0n)
    return { pair, ...held[0]! }
  }

  test('is counted: the money is gone', () => {
    let delay = true
    const held: { sequence: number; reply: IlpReply }[] = []
    const pair = new Pair({ client: { timeouts, ...packets(1_000n) } }).drive(1_000)
    pair.wayBack = (reply, prepare) => {
      if (!delay || reply.type !== 'fulfill' || prepare.amount === 0n) return reply
      held.push({ sequence: read(pair, prepare).sequence, reply })
      return 'drop'
    }
    pay(pair, 2_000n).drive(1_500)
    delay = false
    expect(held.length).toBeGreaterThanOrEqual(2)
    expect(pair.client.stats().totalSent).toBe(0n)
    const { sequence, reply } = held[0]!
    pair.run('client', (client) => client.handleInput(pair.now, { type: 'reply', sequence, reply }))
    expect(pair.client.stats()).toMatchObject({ totalSent: 1_000n, totalDelivered: 1_000n })
    expect(pair.client.streamStats(1)).toMatchObject({ sent: 1_000n })
    expect(pair.eventsOf('client', 'moneySent')).toEqual([
      { type: 'moneySent', streamId: 1, amount: 1_000n, delivered: 1_000n },
    ])
  })

  test('is counted with the least that it promised when the peer’s answer got lost on the way', () => {
    const { pair, sequence, reply } = overdue()
    const late = { ...reply, data: new Uint8Array(0) }
    pair.run('client', (client) => client.handleInput(pair.now, { type: 'reply', sequence, reply: late }))
    const [{ minimum: delivered }] = paying(pair, 'client') as [PaidPacket]
    expect(delivered).toBeGreaterThan(690n)
    expect(pair.client.stats()).toMatchObject({ totalSent: 700n, totalDelivered: delivered })
    expect(pair.eventsOf('client', 'moneySent')).toMatchObject([{ amount: 700n, delivered }])
  })

  test('is told from a reject that comes too late: that money is still ours, and is sent anew', () => {
    const { pair, sequence } = overdue()
    pair.wayBack = (reply) => reply
    pair.run('client', (client) => client.handleInput(pair.now, { type: 'reply', sequence, reply: reject('T00') }))
    expect(pair.client.stats()).toMatchObject({ totalSent: 0n, totalDelivered: 0n })
    expect(pair.eventsOf('client', 'moneySent')).toEqual([])
    pair.drive(10_000)
    expect(pair.client.stats().totalSent).toBe(700n)
  })

  test('is counted once, even when it comes again', () => {
    const held: { sequence: number; reply: IlpReply }[] = []
    const network: Network = ({ amount }) => ({ amount })
    const pair = new Pair({ client: { timeouts, exchangeRate: { fixed: ratio(1n) } }, network }).drive(1_000)
    pair.wayBack = (reply, prepare) => {
      if (held.length > 0 || prepare.amount === 0n) return 'drop'
      held.push({ sequence: read(pair, prepare).sequence, reply })
      return 'drop'
    }
    pay(pair, 700n).drive(1_300)
    const { sequence, reply } = held[0]!
    for (let copy = 0; copy < 3; copy++) {
      pair.run('client', (client) => client.handleInput(pair.now, { type: 'reply', sequence, reply }))
    }
    expect(pair.client.stats().totalSent).toBe(700n)
  })

  test('after the end of the connection is in the totals, but no event follows `closed`', () => {
    const held: { sequence: number; reply: IlpReply }[] = []
    const pair = new Pair({ client: { timeouts: { ...timeouts, close: 500 } } }).drive(1_000)
    pair.wayBack = (reply, prepare) => {
      if (reply.type === 'fulfill' && prepare.amount > 0n) held.push({ sequence: read(pair, prepare).sequence, reply })
      return reply.type === 'fulfill' && prepare.amount > 0n ? 'drop' : reply
    }
    pay(pair, 700n).drive(100)
    pair.run('client', (client) => client.close())
    pair.drive(5_000)
    expect(pair.client.state).toBe('closed')
    const { sequence, reply } = held[0]!
    pair.run('client', (client) => client.handleInput(pair.now, { type: 'reply', sequence, reply }))
    expect(pair.client.stats().totalSent).toBe(700n)
    expect(pair.events.client.at(-1)?.type).toBe('closed')
  })
})
