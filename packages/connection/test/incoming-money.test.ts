import { describe, expect, test } from 'vitest'
import { FrameType, MAX_UINT64, type Frame } from '@stream/frames'
import { Pair, ratio, type PairOptions } from './pair.js'
import { forge, hand, money, read, tell } from './wire.js'

/** A server that takes up to `receiveMax` on each stream, and a client whose packets we write ourselves. */
function server(receiveMax = MAX_UINT64, options: PairOptions['server'] = {}): Pair {
  const pair = new Pair({ server: options }).drive(1_000)
  pair.accept('server', receiveMax)
  return pair
}

let sequence = 100
const next = () => ++sequence
const received = (pair: Pair, id: number) => pair.server.streamStats(id)?.received

describe('money is credited', () => {
  test('to no one when the packet is unfulfillable (A1)', () => {
    const pair = server()
    const reply = tell(pair, 'server', {
      sequence: next(),
      amount: 5_000n,
      frames: [money(1, 1n)],
      isUnfulfillable: true,
    })
    expect(reply).toMatchObject({ type: 'reject', code: 'F99' })
    expect(read(pair, reply).prepareAmount).toBe(5_000n)
    expect(pair.server.stats().totalReceived).toBe(0n)
    expect(received(pair, 1)).toBe(0n)
    expect(pair.eventsOf('server', 'moneyReceived')).toEqual([])
  })

  // RFC 0029 3.4-5, 5.2-8
  test('to no one when less than the minimum has arrived (R2)', () => {
    const pair = server()
    const reply = tell(pair, 'server', { sequence: next(), amount: 99n, minimum: 100n, frames: [money(1, 1n)] })
    expect(reply).toMatchObject({ type: 'reject', code: 'F99' })
    expect(read(pair, reply).prepareAmount).toBe(99n)
    expect(pair.server.stats().totalReceived).toBe(0n)
    expect(tell(pair, 'server', { sequence: next(), minimum: 1n }).type).toBe('reject')
    expect(tell(pair, 'server', { sequence: next(), amount: 100n, minimum: 100n, frames: [money(1, 1n)] }).type).toBe(
      'fulfill',
    )
    expect(received(pair, 1)).toBe(100n)
  })

  test('to no one, and not kept, when no stream is named (F8, A3)', () => {
    const pair = server()
    const reply = tell(pair, 'server', { sequence: next(), amount: 100n })
    expect(reply).toMatchObject({ type: 'reject', code: 'F99' })
    expect(read(pair, reply).prepareAmount).toBe(100n)
    expect(pair.server.stats().totalReceived).toBe(0n)
  })

  test.each<[string, Frame[]]>([
    ['no shares', [money(1, 0n)]],
    ['no shares twice', [money(1, 0n), money(3, 0n)]],
  ])('to no one for %s: a STREAM answer, not a crash (F9)', (_, frames) => {
    const pair = server()
    const reply = tell(pair, 'server', { sequence: next(), amount: 100n, frames })
    expect(reply).toMatchObject({ type: 'reject', code: 'F99' })
    expect(read(pair, reply).prepareAmount).toBe(100n)
    expect(pair.server.state).toBe('established')
  })

  test('by shares whose sum is above 2^64 (F2, F9)', () => {
    const pair = server()
    const frames = [money(1, MAX_UINT64), money(3, MAX_UINT64), money(5, MAX_UINT64)]
    expect(tell(pair, 'server', { sequence: next(), amount: 10n, frames }).type).toBe('fulfill')
    expect([1, 3, 5].map((id) => received(pair, id))).toEqual([4n, 3n, 3n])
  })

  test('to the last unit: the remainder of the shares goes to the lowest open stream (F10)', () => {
    const pair = server()
    const frames = [1, 3, 5, 7, 9, 11, 13].map((id) => money(id, 1n))
    expect(tell(pair, 'server', { sequence: next(), amount: 1_000n, frames }).type).toBe('fulfill')
    const each = [1, 3, 5, 7, 9, 11, 13].map((id) => received(pair, id)!)
    expect(each).toEqual([148n, 142n, 142n, 142n, 142n, 142n, 142n])
    expect(pair.server.stats().totalReceived).toBe(1_000n)
    const events = pair.eventsOf('server', 'moneyReceived')
    expect(events.reduce((sum, { amount }) => sum + amount, 0n)).toBe(1_000n)
  })

  test('where receiveMax was set in the handler of streamOpened, from the first packet on', () => {
    const pair = new Pair().drive(1_000)
    pair.onEvent = (_, event, connection) => {
      if (event.type === 'streamOpened') connection.setReceiveMax(event.streamId, 250n)
    }
    expect(tell(pair, 'server', { sequence: next(), amount: 250n, frames: [money(1, 1n)] }).type).toBe('fulfill')
    expect(pair.events.server.map(({ type }) => type)).toEqual(['established', 'streamOpened', 'moneyReceived'])
  })

  test('to no one where nobody has set a receiveMax', () => {
    const pair = new Pair().drive(1_000)
    const reply = tell(pair, 'server', { sequence: next(), amount: 1n, frames: [money(1, 1n)] })
    expect(reply.type).toBe('reject')
    expect(read(pair, reply).frames).toContainEqual({
      type: FrameType.StreamMaxMoney,
      streamId: 1,
      receiveMax: 0n,
      totalReceived: 0n,
    })
  })
})

describe('receiveMax', () => {
  // RFC 0029 4.4.4-4
  test('is exact for one packet and for the sum of its frames (C8, R2)', () => {
    const pair = server(100n)
    const ten = Array.from({ length: 10 }, () => money(1, 1n))
    expect(tell(pair, 'server', { sequence: next(), amount: 101n, frames: ten }).type).toBe('reject')
    expect(received(pair, 1)).toBe(0n)
    expect(tell(pair, 'server', { sequence: next(), amount: 100n, frames: ten }).type).toBe('fulfill')
    expect(tell(pair, 'server', { sequence: next(), amount: 1n, frames: ten }).type).toBe('reject')
    expect(received(pair, 1)).toBe(100n)
  })

  test('is exact while many packets wait for a decision (C8)', () => {
    const pair = server(100n, { offerMoney: true })
    const replies = Array.from({ length: 10 }, () =>
      hand(pair, 'server', forge(pair, 'server', { sequence: next(), amount: 30n, frames: [money(1, 1n)] })),
    )
    const offers = pair.eventsOf('server', 'moneyOffered')
    expect(offers.map(({ amounts }) => [...amounts])).toEqual([[[1, 30n]], [[1, 30n]], [[1, 30n]]])
    expect(replies.map(([reply]) => reply?.type)).toEqual([
      undefined,
      undefined,
      undefined,
      ...Array<string>(7).fill('reject'),
    ])
    for (const { id } of offers) pair.run('server', (core) => core.decide(id, true))
    expect(received(pair, 1)).toBe(90n)
    expect(replies.slice(0, 3).map(([reply]) => reply?.type)).toEqual(['fulfill', 'fulfill', 'fulfill'])
  })

  test('has room again for what was offered and declined (C9)', () => {
    const pair = server(100n, { offerMoney: true })
    for (let round = 0; round < 300; round++) {
      const replies = hand(
        pair,
        'server',
        forge(pair, 'server', { sequence: next(), amount: 100n, frames: [money(1, 1n)] }),
      )
      const offer = pair.eventsOf('server', 'moneyOffered').at(-1)!
      pair.run('server', (core) => core.decide(offer.id, round === 299))
      expect(replies.map(({ type }) => type)).toEqual([round === 299 ? 'fulfill' : 'reject'])
    }
    expect(received(pair, 1)).toBe(100n)
  })

  test('of everything is not exhausted by holds of large packets (C9)', () => {
    const pair = server(MAX_UINT64, { offerMoney: true })
    for (let i = 0; i < 400; i++) {
      hand(pair, 'server', forge(pair, 'server', { sequence: next(), amount: 10n ** 15n, frames: [money(1, 1n)] }))
    }
    const offers = pair.eventsOf('server', 'moneyOffered')
    expect(offers).toHaveLength(400)
    for (const { id } of offers) pair.run('server', (core) => core.decide(id, true))
    expect(received(pair, 1)).toBe(400n * 10n ** 15n)
    expect(pair.server.state).toBe('established')
  })

  test('has the tolerance that the caller allows, and no more', () => {
    const pair = server(1_000n, { limits: { receiveMaxTolerance: ratio(1n, 100n) } })
    expect(tell(pair, 'server', { sequence: next(), amount: 1_011n, frames: [money(1, 1n)] }).type).toBe('reject')
    expect(tell(pair, 'server', { sequence: next(), amount: 1_010n, frames: [money(1, 1n)] }).type).toBe('fulfill')
  })

  test.each<[bigint, bigint]>([
    [1n, 1n],
    [2n, 3n],
    [7n, 3n],
    [1n, 997n],
  ])('is reached by a sender with many packets in flight at %s/%s, and never passed', (numerator, denominator) => {
    const client = { limits: { maxPacketAmount: 500n * denominator } }
    const pair = new Pair({ rate: [numerator, denominator], client }).drive(1_000)
    pair.accept('server', 1_234n)
    pair.run('client', (core) => core.setSendMax(core.openStream()!, 100_000_000n))
    pair.drive(5_000)
    const total = pair.server.stats().totalReceived
    expect(total).toBeLessThanOrEqual(1_234n)
    // A unit of ours may be worth more than one.
    expect(1_234n - total).toBeLessThan(numerator)
    expect(pair.client.stats().totalDelivered).toBe(total)
    expect(pair.client.state).toBe('established')
    pair.run('server', (core) => core.setReceiveMax(1, 50_000n))
    pair.drive(5_000)
    expect(50_000n - pair.server.stats().totalReceived).toBeLessThan(numerator)
  })
})

describe('totals', () => {
  test('that would not fit in 64 bits end the connection, and nothing is credited', () => {
    const pair = server()
    const all = { amount: MAX_UINT64, frames: [money(1, 1n)] }
    expect(tell(pair, 'server', { sequence: next(), ...all }).type).toBe('fulfill')
    const reply = tell(pair, 'server', { sequence: next(), amount: 1n, frames: [money(3, 1n)] })
    expect(reply).toMatchObject({ type: 'reject', code: 'F00', message: 'Total received exceeded MaxUint64' })
    expect(pair.server.stats().totalReceived).toBe(MAX_UINT64)
    pair.drive(1_000)
    const errorMessage = 'Total received exceeded MaxUint64'
    expect(pair.eventsOf('server', 'closed')).toMatchObject([{ reason: { by: 'local', errorCode: 2, errorMessage } }])
    expect(pair.eventsOf('client', 'closed')).toMatchObject([{ reason: { by: 'peer', errorCode: 2, errorMessage } }])
  })

  test('count what is offered and not decided yet', () => {
    const pair = server(MAX_UINT64, { offerMoney: true })
    const half = 2n ** 63n
    const replies = [1, 3].map((id) =>
      hand(pair, 'server', forge(pair, 'server', { sequence: next(), amount: half, frames: [money(id, 1n)] })),
    )
    for (const { id } of pair.eventsOf('server', 'moneyOffered')) pair.run('server', (core) => core.decide(id, true))
    expect(replies.map(([reply]) => reply?.type)).toEqual(['fulfill', 'reject'])
    expect(pair.server.stats().totalReceived).toBe(half)
  })
})
