import { describe, expect, test } from 'vitest'
import { Pair, ratio, reject, type Network } from './pair.js'
import { paying, refuse, tooLarge } from './wire.js'

const reasons = (pair: Pair) => pair.eventsOf('client', 'closed').map(({ reason }) => reason)

/** A client whose rate is known and whose money meets `network`. */
function pay(network: Network, amount = 100_000n, limits: { pathFailures?: number } = {}): Pair {
  const pair = new Pair({ client: { limits: { maxPacketAmount: 1_000n, ...limits } } }).drive(1_000)
  pair.network = network
  pair.accept('server')
  pair.run('client', (client) => client.setSendMax(client.openStream()!, amount))
  return pair
}

describe.each(['T00', 'T01', 'T02', 'T03', 'T04', 'T05', 'T99', 'F99', 'R00', 'R01', 'R02', 'R99'])(
  'a storm of %s',
  (code) => {
    test('is met with ever rarer attempts, until the idle timeout (D5)', () => {
      const pair = pay(() => refuse(code))
      const before = pair.sent.client.length
      pair.drive(10_000)
      // T04 makes packets smaller first, down to one unit: that search ends, and is not paced.
      const search = code === 'T04' ? 30 : 0
      expect(pair.sent.client.length - before).toBeLessThan(search + 25)
      pair.drive(60_000)
      expect(pair.sent.client.length - before).toBeLessThan(search + 35)
      expect(reasons(pair)).toEqual([{ by: 'idleTimeout' }])
      expect(pair.client.stats()).toMatchObject({ totalSent: 0n, inFlight: { amount: 0n, packets: 0 } })
    })

    test('that passes costs nothing but time', () => {
      let isDown = true
      const pair = pay(({ amount }) => (isDown && amount > 0n ? refuse(code) : { amount })).drive(8_000)
      isDown = false
      pair.drive(12_000)
      expect(pair.client.stats()).toMatchObject({ totalSent: 100_000n, totalDelivered: 100_000n })
      expect(pair.server.stats().totalReceived).toBe(100_000n)
    })

    test('of one packet in ten loses no money', () => {
      let turn = 0
      const pair = pay(({ amount }) => (++turn % 10 === 0 ? refuse(code) : { amount })).drive(30_000)
      expect(pair.client.stats()).toMatchObject({ totalSent: 100_000n, totalDelivered: 100_000n })
      expect(pair.server.stats().totalReceived).toBe(100_000n)
      expect(paying(pair, 'client').length).toBeLessThan(130)
    })
  },
)

describe.each(['F00', 'F01', 'F02', 'F03', 'F05', 'F06', 'F07'])(
  'a final reject (%s) that is not the peer’s',
  (code) => {
    test('ends the connection when several come in a row, with the reject', () => {
      const pair = pay(() => refuse(code)).drive(10_000)
      expect(reasons(pair)).toEqual([{ by: 'path', reject: reject(code) }])
      // A window fails together and so does the next; then one by one, limits and money in turn.
      expect(paying(pair, 'client')).toHaveLength(20 + 19 + 1)
    })

    test('ends nothing as long as the peer answers in between (P1)', () => {
      let turn = 0
      const pair = pay(({ amount }) => (++turn % 4 === 0 ? { amount } : refuse(code))).drive(60_000)
      expect(reasons(pair)).toEqual([])
      expect(pair.server.stats().totalReceived).toBe(100_000n)
    })
  },
)

test('a final reject ends the connection at once where the caller wants it so', () => {
  const pair = pay(() => refuse('F02'), 100_000n, { pathFailures: 1 }).drive(75)
  expect(reasons(pair)).toEqual([])
  expect(pair.client.state).toBe('closing')
  pair.drive(100) // the close is tried once, and not waited for
  expect(reasons(pair)).toEqual([{ by: 'path', reject: reject('F02') }])
})

describe('a packet that cannot be handed to the network', () => {
  test('is sent again when it can', () => {
    let isDown = true
    const pair = pay(({ amount }) => (isDown ? 'refuse' : { amount }))
    pair.after(100, () => (isDown = false))
    pair.drive(5_000)
    expect(pair.server.stats().totalReceived).toBe(100_000n)
    expect(reasons(pair)).toEqual([])
  })

  test('ends the connection when several fail in a row, with the cause', () => {
    const pair = pay(() => 'refuse').drive(10_000)
    expect(reasons(pair)).toEqual([{ by: 'sendFailed', cause: 'refused' }])
    expect(pair.sent.client.length).toBeLessThan(70)
    expect(pair.client.stats()).toMatchObject({ totalSent: 0n, inFlight: { amount: 0n, packets: 0 } })
  })
})

describe('fulfillments that fulfil nothing', () => {
  const wrong = {
    reply: { type: 'fulfill', fulfillment: new Uint8Array(32).fill(7), data: new Uint8Array(0) },
  } as const

  test('end the connection when several come in a row, and nothing counts as sent', () => {
    const pair = pay(() => wrong).drive(10_000)
    expect(reasons(pair)).toEqual([{ by: 'wrongFulfillment' }])
    expect(pair.client.stats()).toMatchObject({ totalSent: 0n, packetsFulfilled: 0 })
  })

  test('now and then are taken for lost packets', () => {
    let turn = 0
    const pair = pay(({ amount }) => (++turn % 5 === 0 ? wrong : { amount })).drive(20_000)
    expect(reasons(pair)).toEqual([])
    expect(pair.client.stats().totalSent).toBe(100_000n)
    expect(pair.server.stats().totalReceived).toBe(100_000n)
  })
})

describe('F08', () => {
  test('with data: packets go on at the stated amount, in our units', () => {
    const limit: Network = ({ amount }) => (amount * 2n > 700n ? tooLarge(amount * 2n, 700n) : { amount })
    const pair = pay(limit, 10_000n).drive(5_000)
    const payments = paying(pair, 'client')
    expect(payments.slice(0, 10).every(({ amount }) => amount === 1_000n)).toBe(true)
    expect(payments.filter(({ amount }) => amount === 350n).length).toBe(25)
    expect(pair.server.stats().totalReceived).toBe(10_000n)
    expect(pair.client.stats().totalSent).toBe(10_000n)
  })

  test('without data: packets are halved until they pass', () => {
    const pair = pay(({ amount }) => (amount > 300n ? refuse('F08') : { amount }), 10_000n).drive(5_000)
    const amounts = [...new Set(paying(pair, 'client').map(({ amount }) => amount))]
    expect(amounts.slice(0, 3)).toEqual([1_000n, 500n, 250n])
    expect(pair.server.stats().totalReceived).toBe(10_000n)
  })

  test('a path that grows again is used again', () => {
    let limit = 100n
    const pair = pay(({ amount }) => (amount > limit ? tooLarge(amount, limit) : { amount }), 10_000n).drive(3_000)
    expect(pair.client.stats().packetAmountLimit).toBeLessThanOrEqual(200n)
    limit = 10_000n
    pair.run('client', (client) => client.setSendMax(1, 200_000n))
    pair.drive(10_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 200_000n, packetAmountLimit: 1_000n })
  })

  test('forged once, of a single unit: the packets recover', () => {
    let forged = false
    const pair = pay(({ amount }) => {
      if (forged || amount < 1_000n) return { amount }
      forged = true
      return tooLarge(2n ** 63n, 1n)
    }, 50_000n).drive(10_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 50_000n, packetAmountLimit: 1_000n })
    expect(paying(pair, 'client').length).toBeLessThan(150)
  })

  test.each([
    ['of nothing received', 0n, 0n],
    ['of nothing received but a maximum', 0n, 5n],
    ['with a maximum above what was received', 5n, 2n ** 64n - 1n],
    ['with the largest figures there are', 2n ** 64n - 1n, 2n ** 64n - 1n],
    ['with a maximum of zero', 2n ** 64n - 1n, 0n],
  ])('forged %s: harmless (R1)', (_, received, maximum) => {
    let turn = 0
    const pair = pay(({ amount }) => (++turn % 7 === 1 ? tooLarge(received, maximum) : { amount }), 5_000n).drive(
      20_000,
    )
    expect(reasons(pair)).toEqual([])
    expect(pair.server.stats().totalReceived).toBe(5_000n)
  })

  test('with a maximum of zero again and again: the path carries nothing', () => {
    const pair = pay(({ amount }) => (amount > 0n ? tooLarge(amount, 0n) : { amount })).drive(20_000)
    expect(reasons(pair)).toEqual([{ by: 'pathMaximumZero' }])
  })
})

test('the fixed rate is no reason to trust a path that refuses everything', () => {
  const pair = new Pair({ client: { exchangeRate: { fixed: ratio(1n) } }, network: () => refuse('F02') }).drive(20_000)
  expect(reasons(pair)).toEqual([{ by: 'path', reject: reject('F02') }])
  expect(pair.sent.client.length).toBeLessThan(20)
})
