import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Pair, ratio, type Network } from './pair.js'
import { paying, read, tooLarge, tryRead } from './wire.js'

/** `delivered >= ceil(rate × sent) − 1` after each packet that was fulfilled, by what really arrived. */
function expectPromiseKept(pair: Pair, minimum = pair.client.stats().minimumRate!): void {
  let sent = 0n
  let delivered = 0n
  for (const event of pair.eventsOf('client', 'moneySent')) {
    sent += event.amount
    delivered += event.delivered
    const atLeast = (sent * minimum.numerator + minimum.denominator - 1n) / minimum.denominator - 1n
    expect(delivered).toBeGreaterThanOrEqual(atLeast)
  }
  expect(pair.client.stats()).toMatchObject({ totalSent: sent, totalDelivered: delivered })
  expect(pair.server.stats().totalReceived).toBe(delivered)
}

function pay(pair: Pair, amount: bigint, ms = 20_000): Pair {
  pair.accept('server')
  pair.run('client', (client) => client.setSendMax(client.openStream()!, amount))
  return pair.drive(ms)
}

describe('the minimum of a packet', () => {
  // RFC 0029 3.4-4, 5.2-8
  test('is its amount times the least acceptable rate, rounded up', () => {
    const pair = pay(new Pair({ client: { limits: { maxPacketAmount: 1_001n } } }), 5_000n)
    const packets = paying(pair, 'client')
    expect(packets.map(({ amount }) => amount)).toEqual([1_001n, 1_001n, 1_001n, 1_001n, 996n])
    // 990.99 and 986.04, and one unit less for the last.
    expect(packets.map(({ minimum }) => minimum)).toEqual([991n, 991n, 991n, 991n, 986n])
    expectPromiseKept(pair)
  })

  test('is never 0, however small the packet', () => {
    const pair = pay(new Pair({ client: { limits: { maxPacketAmount: 1n } }, rate: [3n, 2n], seed: 2 }), 10n)
    // One unit delivers one although it is worth 1.485, so nothing can be sent at this rate.
    expect(paying(pair, 'client')).toEqual([])
    const other = pay(new Pair({ rate: [3n, 2n] }), 1n)
    expect(paying(other, 'client')).toEqual([{ amount: 1n, minimum: 1n }])
  })

  test('is 0 only where the caller gave up the protection', () => {
    const pair = pay(new Pair({ client: { exchangeRate: { minimum: ratio(0n) } } }), 1_000n)
    expect(paying(pair, 'client')).toEqual([{ amount: 1_000n, minimum: 0n }])
  })
})

describe('a connector that shrinks packets and keeps the fractions', () => {
  test.each([
    [1n, 2n],
    [99n, 100n],
    [3n, 2n],
  ])('gets nothing out of forged F08s at a rate of %s/%s (C1, A2)', (numerator, denominator) => {
    let isProbing = true
    const network: Network = ({ amount }) => {
      const arrives = (amount * numerator) / denominator
      if (isProbing) return { amount: arrives }
      return amount > 1n ? tooLarge(amount, 1n) : { amount: 0n }
    }
    const pair = new Pair({ network }).drive(1_000)
    isProbing = false
    pay(pair, 3_000n)
    expect(pair.client.stats().totalSent).toBe(0n)
    expect(paying(pair, 'client').every(({ minimum }) => minimum > 0n)).toBe(true)
    expect(paying(pair, 'client').length).toBeLessThan(100)
  })

  test('that then delivers the bare minimum: every prefix is still worth its rate', () => {
    let isProbing = true
    const network: Network = (prepare, from) => {
      if (isProbing) return { amount: prepare.amount / 2n }
      if (prepare.amount > 300n) return tooLarge(prepare.amount, 7n)
      // It cannot read the minimum, but it can guess it.
      return { amount: from === 'client' ? (prepare.amount * 495n + 999n) / 1_000n : prepare.amount }
    }
    const pair = new Pair({ network }).drive(1_000)
    isProbing = false
    pay(pair, 30_000n)
    expect(pair.client.stats().totalSent).toBeGreaterThan(20_000n)
    expectPromiseKept(pair)
  })

  test('cannot stop the money by a forged F08 to the probes', () => {
    let forged = false
    const network: Network = ({ amount }) => {
      if (amount !== 1_000_000n || forged) return { amount: amount / 2n }
      forged = true
      return tooLarge(1_000_000n, 1n)
    }
    const pair = pay(new Pair({ network }).drive(1_000), 3_000n)
    expect(pair.client.stats()).toMatchObject({ totalSent: 3_000n, totalDelivered: 1_500n })
    expectPromiseKept(pair)
  })
})

describe('whatever a connector does', () => {
  test('every prefix of what was sent has delivered its minimum, less one unit', () => {
    const theft = fc.record({
      kind: fc.constantFrom('steal', 'round', 'walk', 'tooLarge', 'none'),
      by: fc.integer({ min: 1, max: 30 }),
    })
    fc.assert(
      fc.property(
        fc.bigInt(1n, 2_000n),
        fc.bigInt(1n, 2_000n),
        fc.bigInt(50n, 1_000n),
        fc.bigInt(1n, 4_000n),
        fc.array(theft, { minLength: 1, maxLength: 8 }),
        (numerator, denominator, maxPacketAmount, amount, thefts) => {
          let turn = 0
          let walked = 1_000n
          const network: Network = (prepare) => {
            const fair = (prepare.amount * numerator * walked) / (denominator * 1_000n)
            const { kind, by } = thefts[turn++ % thefts.length]!
            switch (kind) {
              case 'steal':
                return { amount: fair - (fair * BigInt(by)) / 1_000n }
              case 'round':
                return { amount: fair > 0n ? fair - 1n : 0n }
              case 'walk':
                walked += BigInt(by - 15)
                return { amount: fair }
              case 'tooLarge':
                return prepare.amount > 1n ? tooLarge(prepare.amount, BigInt(by)) : { amount: fair }
              default:
                return { amount: fair }
            }
          }
          const exchangeRate = { probe: true, fixed: ratio(numerator, denominator) }
          const pair = new Pair({ network, client: { exchangeRate, limits: { maxPacketAmount } } })
          pair.accept('server')
          for (const part of [amount / 2n, amount]) {
            pair.run('client', (client) => client.setSendMax(client.openStream()!, part))
          }
          pair.drive(5_000)
          expectPromiseKept(pair)
          const payments = paying(pair, 'client')
          expect(payments.every(({ minimum }) => minimum > 0n)).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('an honest path loses nothing to the caution: the whole amount goes at any rate', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 3_000n),
        fc.bigInt(1n, 3_000n),
        fc.bigInt(1n, 1_000_000n),
        (numerator, denominator, amount) => {
          const pair = new Pair({ rate: [numerator, denominator] }).drive(2_000)
          pay(pair, amount)
          const worth = (amount * numerator) / denominator
          const { totalSent } = pair.client.stats()
          const canDeliver = worth > 0n
          expect(totalSent).toBe(canDeliver ? amount : 0n)
          expectPromiseKept(pair)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('a fixed rate', () => {
  const exchangeRate = { fixed: ratio(1n, 1_000n), slippage: ratio(0n) }

  test('that the path surpasses keeps no small amount back', () => {
    const pair = pay(new Pair({ rate: [1n, 2n], client: { exchangeRate } }), 122n)
    expect(paying(pair, 'client')).toEqual([{ amount: 122n, minimum: 1n }])
    expect(pair.client.stats()).toMatchObject({ totalSent: 122n, totalDelivered: 61n })
  })

  test('that is what the path gives: an amount too small for one unit is tried once and given up', () => {
    const pair = pay(new Pair({ rate: [1n, 1_000n], client: { exchangeRate } }), 122n)
    expect(paying(pair, 'client')).toEqual([{ amount: 122n, minimum: 1n }])
    expect(pair.client.stats().totalSent).toBe(0n)
    expect(pair.client.streamStats(1)).toMatchObject({ isFlushed: true, held: 0n })
  })
})

describe('a rate below the minimum', () => {
  test('stops the money, is looked at again now and then, and goes on when it is better', () => {
    let worth = 100n
    const network: Network = ({ amount }) => ({ amount: (amount * worth) / 100n })
    const pair = new Pair({ network, client: { limits: { maxPacketAmount: 10_000n } } }).drive(1_000)
    worth = 95n
    pay(pair, 100_000n, 30_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 0n })
    expect(pair.client.state).toBe('established')
    expect(pair.sent.client.length).toBeLessThan(60)
    const rejected = pair.replies.server.map((reply) => tryRead(pair, reply)!.prepareAmount)
    expect(rejected.filter((arrived) => arrived === 9_500n).length).toBeGreaterThan(0)
    worth = 99n
    pair.drive(11_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 100_000n, totalDelivered: 99_000n })
    expectPromiseKept(pair, ratio(99n, 100n))
  })

  test('for packets as large as they may be is a rate that is too low, though a larger one might deliver enough', () => {
    const minimum = ratio(47_726_955_299n, 50_000_000_000n)
    let arrives = 253n
    const network: Network = ({ amount }) => ({ amount: (amount * arrives) / 265n })
    const pair = new Pair({ network, client: { exchangeRate: { minimum }, limits: { maxPacketAmount: 265n } } })
    pay(pair, 265n, 1_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 265n, totalDelivered: 253n })
    arrives = 252n // as two hops that round make it: within the rounding of what was seen before
    pair.run('client', (core) => core.setSendMax(1, 26_500n))
    pair.drive(30_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 265n })
    expect(pair.client.streamStats(1)).toMatchObject({ isFlushed: false })
    arrives = 256n
    pair.drive(11_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 26_500n })
    expectPromiseKept(pair, minimum)
  })

  // RFC 0029 3.4-5, 3.6-1
  test('that the receiver sees is rejected, with what has arrived', () => {
    const pair = new Pair({
      client: { exchangeRate: { fixed: ratio(1n) } },
      network: ({ amount }) => ({ amount: amount / 2n }),
    })
    pay(pair, 1_000n, 500)
    expect(pair.server.stats().totalReceived).toBe(0n)
    const [refusal] = pair.replies.server.filter((reply) => read(pair, reply).prepareAmount === 500n)
    expect(refusal).toMatchObject({ type: 'reject', code: 'F99' })
  })
})
