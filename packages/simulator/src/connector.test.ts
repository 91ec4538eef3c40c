import { decodeAmountTooLarge, type IlpPrepare, type IlpReply } from '@stream/frames/ilp'
import { describe, expect, test } from 'vitest'
import { NOW, drain, fulfill, preparing, setUp } from '../test/two-accounts.js'
import { Connector, type ConnectorOptions } from './connector.js'
import { decimalRatio } from './exchange.js'

/** What alice's Prepare comes to at once: the amount that leaves, or the code of the Reject. */
const send = (connector: Connector, over: Partial<IlpPrepare> = {}, now = NOW, id = 1): bigint | string => {
  connector.handlePrepare(now, 'alice', id, preparing(over))
  const [first] = drain(connector)
  if (first?.type === 'prepare') return first.prepare.amount
  if (first?.type === 'reply' && first.reply.type === 'reject') return first.reply.code
  throw new Error(`unexpected ${first?.type}`)
}

const replyTo = (connector: Connector, reply: IlpReply, now = NOW, id = 0): IlpReply | undefined => {
  connector.handleReply(now, id, reply)
  const [first] = drain(connector)
  return first?.type === 'reply' ? first.reply : undefined
}

describe('forwarding', () => {
  test('a Prepare leaves towards the account its destination leads to, with nothing changed but amount and expiry', () => {
    const connector = setUp({ options: { price: decimalRatio('0.5'), expiryMargin: 500 } })
    connector.handlePrepare(NOW, 'alice', 9, preparing())
    expect(drain(connector)).toEqual([
      { type: 'prepare', id: 0, account: 'bob', prepare: preparing({ amount: 50n, expiresAt: NOW + 29_500 }) },
      { type: 'timeout', at: NOW + 29_500 },
    ])
  })

  test('its reply goes back under the name the sender gave it', () => {
    const connector = setUp()
    send(connector, {}, NOW, 77)
    connector.handleReply(NOW + 5, 0, fulfill)
    expect(drain(connector)).toEqual([
      { type: 'reply', id: 77, account: 'alice', reply: fulfill },
      { type: 'timeout', at: undefined },
    ])
  })

  test('a Reject from beyond is passed on as it is', () => {
    const connector = setUp()
    send(connector)
    const reject = {
      type: 'reject',
      code: 'F99',
      triggeredBy: 'test.c.bob',
      message: 'no',
      data: Uint8Array.of(9),
    } as const
    expect(replyTo(connector, reject)).toEqual(reject)
  })

  test('a packet of amount 0 passes every limit on money', () => {
    const nothing = { rate: 0n, burst: 0n }
    const connector = setUp({ alice: { maxPacketAmount: 0n, throughput: nothing }, bob: { liquidity: nothing } })
    expect(send(connector, { amount: 0n })).toBe(0n)
  })

  test('what leaves is rounded down, to 0 if need be', () => {
    expect(send(setUp({ options: { price: decimalRatio('0.001') } }), { amount: 999n })).toBe(0n)
  })

  test('the price may depend on both assets and on time', () => {
    const price: ConnectorOptions['price'] = (from, to, now) =>
      decimalRatio(from.code === 'USD' && to.code === 'XRP' ? (now > NOW ? 3 : 2) : 1)
    const connector = setUp({ options: { price }, alice: { asset: { code: 'USD', scale: 9 } } })
    expect(send(connector)).toBe(200n)
    expect(send(connector, {}, NOW + 1)).toBe(300n)
  })

  test('children may reach themselves, peers are not sent their own packets back', () => {
    expect(send(setUp(), { destination: 'test.c.alice.y' })).toBe(100n)
    expect(send(setUp({ alice: { relation: 'peer' } }), { destination: 'test.c.alice.y' })).toBe('F02')
  })
})

describe('refusing', () => {
  test.each([
    ['an amount above 64 bits', { amount: 2n ** 64n }],
    ['a negative amount', { amount: -1n }],
    ['a destination that is no address', { destination: 'test..bob' }],
    ['a condition of the wrong length', { executionCondition: new Uint8Array(31) }],
    ['an expiry that is no instant', { expiresAt: Number.NaN }],
  ])('F00 for %s', (_, over) => {
    expect(send(setUp(), over)).toBe('F00')
  })

  test('F02 where no route leads', () => {
    expect(send(setUp(), { destination: 'test.elsewhere' })).toBe('F02')
  })

  test('F08 for more than a packet may carry, with what came and what may pass', () => {
    const connector = setUp({ alice: { maxPacketAmount: 99n } })
    connector.handlePrepare(NOW, 'alice', 1, preparing())
    const [output] = drain(connector)
    if (output?.type !== 'reply' || output.reply.type !== 'reject') throw new Error('not rejected')
    expect(output.reply.code).toBe('F08')
    expect(output.reply.triggeredBy).toBe('test.c')
    expect(decodeAmountTooLarge(output.reply.data)).toEqual({ receivedAmount: 100n, maximumAmount: 99n })
    expect(send(connector, { amount: 99n })).toBe(99n)
  })

  test('F08 when the exchange would overflow 64 bits, with the most that would not', () => {
    const connector = setUp({ options: { price: decimalRatio(10) } })
    const most = (2n ** 64n - 1n) / 10n
    expect(send(connector, { amount: most })).toBe(most * 10n)
    expect(send(connector, { amount: most + 1n })).toBe('F08')
  })

  test('T05 above the packet rate, until the bucket has refilled', () => {
    const connector = setUp({ alice: { packetRate: { rate: 10n, burst: 2n } } })
    expect([1, 2, 3].map(() => send(connector))).toEqual([100n, 100n, 'T05'])
    expect(send(connector, {}, NOW + 100)).toBe(100n)
  })

  test('T04 without liquidity; what was rejected beyond gives it back, what was fulfilled does not', () => {
    const connector = setUp({ bob: { liquidity: { rate: 0n, burst: 100n } } })
    expect(send(connector)).toBe(100n)
    expect(send(connector)).toBe('T04')
    replyTo(connector, { type: 'reject', code: 'F99', triggeredBy: '', message: '', data: new Uint8Array(0) })
    expect(send(connector)).toBe(100n)
    replyTo(connector, fulfill, NOW, 1)
    expect(send(connector, { amount: 1n })).toBe('T04')
  })

  test('T04 above the throughput, which a Reject does not give back', () => {
    const connector = setUp({ alice: { throughput: { rate: 0n, burst: 100n } } })
    send(connector)
    replyTo(connector, { type: 'reject', code: 'F99', triggeredBy: '', message: '', data: new Uint8Array(0) })
    expect(send(connector, { amount: 1n })).toBe('T04')
  })

  test('T03 for more packets in flight than one account may have', () => {
    const connector = setUp({ alice: { maxInFlight: 1 } })
    send(connector)
    expect(send(connector)).toBe('T03')
    replyTo(connector, fulfill)
    expect(send(connector)).toBe(100n)
  })

  test.each([NOW - 1, NOW, NOW + 1000])('R02 for what expires before it could come back (%i)', (expiresAt) => {
    expect(send(setUp(), { expiresAt })).toBe('R02')
  })

  test('F05 in place of a Fulfill whose preimage is wrong', () => {
    const connector = setUp()
    send(connector)
    expect(replyTo(connector, { ...fulfill, fulfillment: new Uint8Array(32) })).toMatchObject({ code: 'F05' })
    send(connector)
    expect(replyTo(connector, { ...fulfill, fulfillment: new Uint8Array(0) }, NOW, 1)).toMatchObject({ code: 'F05' })
    expect(connector.stats().accounts.alice?.amountIn).toBe(0n)
  })
})

describe('expiring', () => {
  test('R00 at the instant the Prepare expires beyond, and a later reply changes nothing', () => {
    const connector = setUp()
    send(connector, { expiresAt: NOW + 3000 })
    connector.handleTimeout(NOW + 1999)
    expect(drain(connector)).toEqual([{ type: 'timeout', at: NOW + 2000 }])
    connector.handleTimeout(NOW + 2000)
    expect(drain(connector)[0]).toMatchObject({ type: 'reply', id: 1, reply: { code: 'R00' } })
    expect(replyTo(connector, fulfill, NOW + 2001)).toBeUndefined()
    expect(connector.stats()).toMatchObject({ inFlight: 0, lateReplies: 1 })
  })

  test('a Fulfill that comes at the expiry or later is too late, even before the timeout was handled', () => {
    const connector = setUp()
    send(connector, { expiresAt: NOW + 3000 })
    expect(replyTo(connector, fulfill, NOW + 2000)).toMatchObject({ code: 'R00' })
  })

  test('a Prepare is held no longer than maxHoldTime, whatever its sender asked', () => {
    const connector = setUp({ options: { maxHoldTime: 5000 } })
    connector.handlePrepare(NOW, 'alice', 1, preparing({ expiresAt: NOW + 3_600_000 }))
    expect(drain(connector).at(-1)).toEqual({ type: 'timeout', at: NOW + 5000 })
  })

  test('a second reply to one Prepare is dropped', () => {
    const connector = setUp()
    send(connector)
    expect(replyTo(connector, fulfill)).toEqual(fulfill)
    expect(replyTo(connector, fulfill)).toBeUndefined()
  })

  test('answered Prepares leave no expiries behind', () => {
    const connector = setUp()
    for (let id = 0; id < 5000; id++) {
      send(connector, {}, NOW, id)
      replyTo(connector, fulfill, NOW, id)
    }
    expect(drain(connector)).toEqual([{ type: 'timeout', at: undefined }])
  })
})

describe('accounts', () => {
  test('when an account is removed, what waits for it is rejected and new Prepares find no route', () => {
    const connector = setUp()
    send(connector)
    connector.removeAccount(NOW, 'bob')
    expect(drain(connector)[0]).toMatchObject({ type: 'reply', account: 'alice', reply: { code: 'T01' } })
    expect(send(connector)).toBe('F02')
    expect(connector.hasAccount('bob')).toBe(false)
  })

  test('replies for an account that is gone go nowhere', () => {
    const connector = setUp()
    send(connector)
    connector.removeAccount(NOW, 'alice')
    expect(replyTo(connector, fulfill)).toBeUndefined()
    connector.removeAccount(NOW, 'alice')
  })

  test('the tallies tell what came, what left and how it ended', () => {
    const connector = setUp({ options: { price: decimalRatio('0.5') } })
    for (let id = 0; id < 3; id++) send(connector, {}, NOW, id)
    replyTo(connector, fulfill, NOW, 0)
    replyTo(connector, { type: 'reject', code: 'T00', triggeredBy: '', message: '', data: new Uint8Array(0) }, NOW, 1)
    send(connector, { destination: 'test.nowhere' })
    const { alice, bob } = connector.stats().accounts
    expect(alice).toEqual({
      received: 4,
      forwarded: 0,
      fulfilled: 1,
      rejected: { T00: 1, F02: 1 },
      inFlight: 1,
      amountIn: 100n,
      amountOut: 0n,
    })
    expect(bob).toMatchObject({ received: 0, forwarded: 3, amountIn: 0n, amountOut: 50n })
  })

  test('the longest of several routes wins, also when it was added later', () => {
    const connector = setUp({ bob: { routes: ['test'] } })
    connector.addRoute('test.far', 'alice')
    connector.handlePrepare(NOW, 'bob', 1, preparing({ destination: 'test.far.x' }))
    expect(drain(connector)[0]).toMatchObject({ account: 'alice' })
  })

  test.each([
    ['an address that is none', () => new Connector({ address: 'nonsense' }), 'address is "nonsense"'],
    [
      'a fee of 1',
      () => new Connector({ address: 'test.c', fee: decimalRatio(1) }),
      'fee is "1/1"; expected less than 1',
    ],
    [
      'a negative price',
      () => new Connector({ address: 'test.c', price: { numerator: -1n, denominator: 1n } }),
      'price is "-1/1"',
    ],
    ['a negative margin', () => new Connector({ address: 'test.c', expiryMargin: -1 }), 'expiryMargin is -1'],
    ['no hold time', () => new Connector({ address: 'test.c', maxHoldTime: 0 }), 'maxHoldTime is 0'],
    [
      'a name twice',
      () => setUp().addAccount(0, 'bob', { routes: [], asset: { code: 'X', scale: 1 } }),
      'account is "bob"',
    ],
    ['a scale of 256', () => setUp({ bob: { asset: { code: 'X', scale: 256 } } }), 'asset.scale is 256'],
    ['a negative maximum', () => setUp({ bob: { maxPacketAmount: -1n } }), 'maxPacketAmount is -1'],
    ['nothing in flight', () => setUp({ bob: { maxInFlight: 0 } }), 'maxInFlight is 0'],
    ['a Prepare from a stranger', () => setUp().handlePrepare(0, 'eve', 1, preparing()), 'account is "eve"'],
    ['a route to a stranger', () => setUp().addRoute('test.x', 'eve'), 'account is "eve"'],
  ])('%s is misuse, and the error says so', (_, misuse, message) => {
    expect(misuse).toThrow(message)
  })
})
