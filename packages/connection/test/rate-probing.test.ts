import { describe, expect, test } from 'vitest'
import { encodeAmountTooLarge } from '@stream/frames/ilp'
import { Pair, ratio, reject, type Network } from './pair.js'
import { isFulfillable, paying, probes, read, refuse, tooLarge, tryRead } from './wire.js'

const closedBy = (pair: Pair) => pair.eventsOf('client', 'closed').map(({ reason }) => reason)

describe('probing', () => {
  test('starts with three amounts at once and goes no further than the precision needs', () => {
    const pair = new Pair({ rate: [1n, 2n] })
    expect(probes(pair, 'client')).toEqual([1n, 1_000n, 1_000_000n])
    pair.drive(1_000)
    expect(probes(pair, 'client')).toHaveLength(3)
    expect(pair.client.stats().rateBounds).toEqual({ lower: ratio(500n, 1_000n), upper: ratio(500_001n, 1_000_000n) })
  })

  test('climbs the ladder for a rate whose first answers have too few digits', () => {
    const pair = new Pair({ rate: [1n, 100_000_000n] }).drive(1_000)
    expect(probes(pair, 'client')).toEqual([1n, 1_000n, 1_000_000n, 1_000_000_000n, 1_000_000_000_000n])
    expect(pair.client.stats().minimumRate).toEqual(ratio(99n, 10_000_000_000n))
    expect(pair.client.state).toBe('established')
  })

  test('locks no liquidity above the largest packet the caller allows', () => {
    const pair = new Pair({ client: { limits: { maxPacketAmount: 700n } } }).drive(1_000)
    expect(probes(pair, 'client')).toEqual([1n, 700n])
    expect(pair.client.stats().minimumRate).toEqual(ratio(99n, 100n))
  })

  // RFC 0029 3.4-3
  test('sends nothing that could be fulfilled and asks for no minimum', () => {
    const pair = new Pair().drive(1_000)
    const sent = pair.sent.client.filter(({ amount }) => amount > 0n)
    expect(sent.map((prepare) => read(pair, prepare).prepareAmount)).toEqual([0n, 0n, 0n])
    expect(sent.some((prepare) => isFulfillable(pair, prepare))).toBe(false)
    expect(pair.server.stats().totalReceived).toBe(0n)
    expect(pair.client.stats()).toMatchObject({ totalSent: 0n, totalDelivered: 0n })
  })

  test('waits for money where it is not asked for at the start (E9)', () => {
    const pair = new Pair({ client: { exchangeRate: { probe: false } } }).drive(1_000)
    expect(probes(pair, 'client')).toEqual([])
    expect(pair.client.state).toBe('established')
    pair.accept('server')
    pair.run('client', (client) => client.setSendMax(client.openStream()!, 500n))
    pair.drive(1_000)
    expect(probes(pair, 'client')).toEqual([1n, 1_000n, 1_000_000n])
    expect(pair.server.stats().totalReceived).toBe(500n)
  })

  test('is not needed for a rate the caller knows', () => {
    const pair = new Pair({ rate: [1n, 2n], client: { exchangeRate: { probe: true, fixed: ratio(1n, 2n) } } })
    pair.accept('server')
    pair.run('client', (client) => client.setSendMax(client.openStream()!, 1_000n))
    pair.drive(1_000)
    expect(probes(pair, 'client')).toEqual([])
    expect(paying(pair, 'client')).toEqual([{ amount: 1_000n, minimum: 494n }])
    expect(pair.server.stats().totalReceived).toBe(500n)
  })

  // RFC 0029 3.4-1
  test("leaves the caller's minimum as it is, whatever the path offers (C12)", () => {
    const pair = new Pair({ client: { exchangeRate: { probe: true, minimum: ratio(1n, 3n) } } }).drive(1_000)
    expect(pair.client.stats().minimumRate).toEqual(ratio(1n, 3n))
  })

  test("needs no probe where the caller's minimum is all that matters", () => {
    const pair = new Pair({ rate: [1n, 2n], client: { exchangeRate: { probe: false, minimum: ratio(1n, 3n) } } })
    pair.accept('server')
    pair.run('client', (client) => client.setSendMax(client.openStream()!, 1_000n))
    pair.drive(1_000)
    expect(probes(pair, 'client')).toEqual([])
    expect(paying(pair, 'client')).toEqual([{ amount: 1_000n, minimum: 333n }])
    expect(pair.client.stats()).toMatchObject({ totalSent: 1_000n, totalDelivered: 500n })
  })
})

describe('a path that refuses probes', () => {
  const limited =
    (maximum: bigint, withData: boolean): Network =>
    ({ amount }) => {
      if (amount <= maximum) return { amount }
      return withData ? tooLarge(amount, maximum) : refuse('F08')
    }

  test('for their amount (F08 with the maximum): asks for the maximum, and needs no other', () => {
    const pair = new Pair({ network: limited(250n, true) }).drive(1_000)
    expect(probes(pair, 'client')).toEqual([1n, 1_000n, 1_000_000n, 250n])
    expect(pair.client.stats().minimumRate).toEqual(ratio(99n, 100n))
  })

  test('for their amount in units of a connector: asks for the maximum in ours', () => {
    const network: Network = ({ amount }) => (amount * 3n <= 1_000n ? { amount } : tooLarge(amount * 3n, 1_000n))
    const pair = new Pair({ network }).drive(1_000)
    expect(probes(pair, 'client')).toEqual([1n, 1_000n, 1_000_000n, 333n])
    expect(pair.client.state).toBe('established')
  })

  test('for their amount (F08 without data): halves the way until an amount tells enough', () => {
    const pair = new Pair({ network: limited(250n, false) }).drive(2_000)
    expect(pair.client.state).toBe('established')
    expect(probes(pair, 'client').every((amount) => amount <= 1_000_000n)).toBe(true)
    expect(pair.client.stats().minimumRate).toEqual(ratio(99n, 100n))
  })

  test('for liquidity (T04): goes down as for an amount that is too large', () => {
    const pair = new Pair({ network: ({ amount }) => (amount <= 5_000n ? { amount } : refuse('T04')) }).drive(2_000)
    expect(pair.client.state).toBe('established')
    expect(pair.client.stats().minimumRate).toEqual(ratio(99n, 100n))
  })

  test('for now (T00): tries again, ever more slowly, until it works', () => {
    let isUp = false
    const pair = new Pair({ network: ({ amount }) => (isUp ? { amount } : refuse('T00')) }).drive(10_000)
    expect(pair.client.state).toBe('establishing')
    expect(pair.sent.client.length).toBeLessThan(50)
    isUp = true
    pair.drive(6_000)
    expect(pair.client.state).toBe('established')
  })

  test('for now, and for so long that nobody waits any more: the rate is unknown', () => {
    const client = { timeouts: { idle: 24 * 3_600_000 } }
    const pair = new Pair({ client, network: () => refuse('T00') }).drive(600_000)
    expect(closedBy(pair)).toEqual([])
    const early = pair.sent.client.length
    pair.drive(20 * 3_600_000)
    expect(closedBy(pair)).toEqual([{ by: 'rateUnknown', digits: 0 }])
    expect(early).toBeLessThan(200)
    expect(pair.sent.client.length).toBeLessThan(800)
  })

  test('and carries too little for the wanted precision: the rate is unknown, with the digits that were reached', () => {
    const pair = new Pair({ network: limited(50n, true) }).drive(60_000)
    expect(closedBy(pair)).toEqual([{ by: 'rateUnknown', digits: 2 }])
    expect(pair.eventsOf('client', 'established')).toEqual([])
  })

  test('and whose rate is too low for the top of the ladder: the rate is unknown', () => {
    const pair = new Pair({ rate: [1n, 100_000_000_000n] }).drive(60_000)
    expect(closedBy(pair)).toEqual([{ by: 'rateUnknown', digits: 2 }])
  })

  test('because it carries nothing at all: its maximum is zero', () => {
    const pair = new Pair({ network: limited(0n, true) }).drive(60_000)
    expect(closedBy(pair)).toEqual([{ by: 'pathMaximumZero' }])
  })

  test.each([
    ['F08 without data', () => reject('F08')],
    [
      'F08 of amounts that make no sense',
      () => reject('F08', encodeAmountTooLarge({ receivedAmount: 0n, maximumAmount: 0n })),
    ],
    [
      'F08 with a maximum above the amount',
      () => reject('F08', encodeAmountTooLarge({ receivedAmount: 1n, maximumAmount: 2n ** 63n })),
    ],
    ['F08 with a maximum of 0', () => reject('F08', encodeAmountTooLarge({ receivedAmount: 1n, maximumAmount: 0n }))],
    ['R00', () => reject('R00')],
    ['R01', () => reject('R01')],
    ['F02', () => reject('F02')],
    ['F99 with garbage', () => reject('F99', Uint8Array.of(1))],
    ['T00 with garbage', () => reject('T00', new Uint8Array(500))],
  ])('once (%s): a hint that anyone can forge ends nothing (D7, P1)', (_, forged) => {
    let left = 3
    const pair = new Pair({ network: ({ amount }) => (left-- > 0 ? { reply: forged() } : { amount }) }).drive(5_000)
    expect(closedBy(pair)).toEqual([])
    expect(pair.client.state).toBe('established')
    expect(pair.client.stats().minimumRate).toEqual(ratio(99n, 100n))
  })

  test('with a Fulfill that cannot be right: a hint that ends nothing (D7, P2)', () => {
    let left = 3
    const forged = { type: 'fulfill', fulfillment: new Uint8Array(32), data: new Uint8Array(0) } as const
    const pair = new Pair({ network: ({ amount }) => (left-- > 0 ? { reply: forged } : { amount }) }).drive(5_000)
    expect(closedBy(pair)).toEqual([])
    expect(pair.client.state).toBe('established')
  })

  test('believes the peer in any reject, whatever its code (S2)', () => {
    const pair = new Pair({
      wayBack: (reply) => (reply.type === 'reject' ? { ...reply, code: 'F05' } : reply),
    }).drive(1_000)
    expect(pair.client.state).toBe('established')
    expect(pair.replies.server.map((reply) => tryRead(pair, reply)?.prepareAmount)).toEqual([1n, 1_000n, 1_000_000n])
  })
})
