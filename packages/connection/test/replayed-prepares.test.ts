import { describe, expect, test } from 'vitest'
import { Pair } from './pair.js'
import { forge, hand, money } from './wire.js'

const payment = (sequence: number) => ({ sequence, amount: 500n, frames: [money(1, 1n)] })

describe('a Prepare that comes again', () => {
  test('while the first is answered: gets the same answer, and is credited once (C7, A3, S3)', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server')
    const prepare = forge(pair, 'server', payment(50))
    const replies = [1, 2, 3].flatMap(() => hand(pair, 'server', prepare))
    expect(replies.map(({ type }) => type)).toEqual(['fulfill', 'fulfill', 'fulfill'])
    expect(replies[1]).toEqual(replies[0])
    expect(pair.server.stats().totalReceived).toBe(500n)
    expect(pair.eventsOf('server', 'moneyReceived')).toHaveLength(1)
  })

  test('while the first waits for a decision: both get it, and the application is asked once (C7)', () => {
    const pair = new Pair({ server: { offerMoney: true } }).drive(1_000)
    pair.accept('server')
    const prepare = forge(pair, 'server', payment(50))
    const replies = [1, 2, 3].map(() => hand(pair, 'server', prepare))
    const offers = pair.eventsOf('server', 'moneyOffered')
    expect(offers).toHaveLength(1)
    pair.run('server', (core) => core.decide(offers[0]!.id, true))
    expect(replies.map((own) => own.map(({ type }) => type))).toEqual([['fulfill'], ['fulfill'], ['fulfill']])
    expect(pair.server.stats().totalReceived).toBe(500n)
  })

  test('while so many others wait that it is no longer remembered: is answered all the same', () => {
    const pair = new Pair({ server: { offerMoney: true } }).drive(1_000)
    pair.accept('server')
    const prepare = forge(pair, 'server', payment(50))
    const replies = [1, 2].map(() => hand(pair, 'server', prepare))
    for (let i = 0; i < 200; i++) hand(pair, 'server', forge(pair, 'server', payment(100 + i)))
    const [first] = pair.eventsOf('server', 'moneyOffered')
    pair.run('server', (core) => core.decide(first!.id, true))
    expect(replies.map((own) => own.length)).toEqual([1, 1])
    expect(pair.server.stats().totalReceived).toBe(500n)
  })

  test('after it expired: is rejected', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server')
    const prepare = forge(pair, 'server', payment(50))
    hand(pair, 'server', prepare)
    pair.drive(31_000)
    expect(hand(pair, 'server', prepare)).toMatchObject([{ type: 'reject', code: 'R00' }])
    expect(hand(pair, 'server', { ...prepare, expiresAt: pair.now + 5_000 })).toMatchObject([
      { type: 'reject', code: 'F99' },
    ])
    expect(pair.server.stats().totalReceived).toBe(500n)
  })

  test('with the same sequence in another envelope: is rejected', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server')
    expect(hand(pair, 'server', forge(pair, 'server', payment(50)))).toMatchObject([{ type: 'fulfill' }])
    expect(hand(pair, 'server', forge(pair, 'server', payment(50)))).toMatchObject([{ type: 'reject', code: 'F99' }])
    expect(pair.server.stats().totalReceived).toBe(500n)
  })

  test('with another amount: gets the answer of the first, and no second credit', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server')
    const prepare = forge(pair, 'server', payment(50))
    hand(pair, 'server', prepare)
    hand(pair, 'server', { ...prepare, amount: 10_000n })
    expect(pair.server.stats().totalReceived).toBe(500n)
  })

  test('in any order of sequences: each counts once', () => {
    const pair = new Pair().drive(1_000)
    pair.accept('server')
    const order = [90, 50, 4_000, 51, 3_999, 50, 90, 2_000, 4_000]
    const replies = order.flatMap((sequence) => hand(pair, 'server', forge(pair, 'server', payment(sequence))))
    const answers = replies.map(({ type }) => type)
    expect(answers.map((type) => type === 'fulfill')).toEqual([true, true, true, true, true, false, false, true, false])
    expect(pair.server.stats().totalReceived).toBe(3_000n)
  })
})
