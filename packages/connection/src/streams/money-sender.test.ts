import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_UINT64 } from '@stream/frames'
import type { MoneyHold } from '../packet/packet-builder.js'
import { ExchangeRate } from '../path/exchange-rate.js'
import { ratio } from '../path/ratio.js'
import { MoneySender } from './money-sender.js'

const rateOf = (numerator: bigint, denominator = 1n) =>
  new ExchangeRate({ slippage: ratio(0n), fixed: ratio(numerator, denominator) })

describe('outgoing money of a stream', () => {
  test('may all go while the peer has told no limit', () => {
    const sender = new MoneySender()
    sender.setSendMax(1_000n)
    expect(sender.available(rateOf(1n))).toBe(1_000n)
    sender.onPeerLimit(MAX_UINT64, 0n)
    expect(sender.available(rateOf(1n))).toBe(1_000n)
  })

  // RFC 0029 5.3.9-1
  test('is limited by what the peer accepts, in our units, and by what is on its way', () => {
    const sender = new MoneySender()
    sender.setSendMax(1_000n)
    sender.onPeerLimit(100n, 0n)
    const rate = rateOf(1n, 2n)
    expect(sender.available(rate)).toBe(201n) // 201 of ours deliver 100
    const hold = sender.hold(120n, rate)
    expect(sender.room).toBe(40n)
    expect(sender.available(rate)).toBe(81n)
    hold.onReleased()
    expect(sender.available(rate)).toBe(201n)
  })

  test('ignores limits that shrink and totals that go back', () => {
    const sender = new MoneySender()
    sender.setSendMax(1_000n)
    sender.onPeerLimit(500n, 300n)
    sender.onPeerLimit(400n, 200n)
    expect(sender.peerReceiveMax).toBe(500n)
    expect(sender.room).toBe(200n)
  })

  test('is blocked when the peer accepts nothing more, but not while packets may come back', () => {
    const sender = new MoneySender()
    const rate = rateOf(1n)
    sender.setSendMax(1_000n)
    sender.onPeerLimit(100n, 0n)
    const hold = sender.hold(100n, rate)
    expect(sender.available(rate)).toBe(0n)
    expect(sender.isBlocked).toBe(false)
    hold.onFulfilled(100n)
    expect(sender.isBlocked).toBe(true)
    sender.onPeerLimit(101n, 100n)
    expect(sender.isBlocked).toBe(false)
  })

  test('that was given up stays given up, also what comes back', () => {
    const sender = new MoneySender()
    const rate = rateOf(1n)
    sender.setSendMax(1_000n)
    const hold = sender.hold(300n, rate)
    sender.discardUnsent()
    expect(sender.sendMax).toBe(300n)
    hold.onReleased()
    expect(sender.remaining).toBe(0n)
    expect(sender.available(rate)).toBe(0n)
  })

  test('counts a fulfillment that came too late, even above sendMax', () => {
    const sender = new MoneySender()
    const rate = rateOf(1n)
    sender.setSendMax(300n)
    sender.hold(300n, rate).onReleased()
    sender.hold(300n, rate).onFulfilled(300n)
    sender.book(300n, 300n)
    expect(sender.sent).toBe(600n)
    expect(sender.delivered).toBe(600n)
    expect(sender.remaining).toBe(0n)
  })

  test('delivers no more than 64 bits can say, whatever the peer says', () => {
    const sender = new MoneySender()
    sender.setSendMax(10n)
    for (let i = 0; i < 3; i++) sender.hold(1n, rateOf(1n)).onFulfilled(MAX_UINT64)
    expect(sender.delivered).toBe(MAX_UINT64)
    expect(sender.room).toBe(0n)
  })

  test('never sends above sendMax and never delivers above the limit, in any order of replies', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('sendMax' as const), to: fc.bigInt(0n, 2_000n) }),
      fc.record({ do: fc.constant('limit' as const), to: fc.bigInt(0n, 3_000n) }),
      fc.record({ do: fc.constant('send' as const), part: fc.bigInt(1n, 4n) }),
      fc.record({ do: fc.constantFrom('fulfil' as const, 'release' as const), which: fc.nat(20), tells: fc.boolean() }),
    )
    fc.assert(
      fc.property(fc.bigInt(1n, 5n), fc.bigInt(1n, 5n), fc.array(step, { maxLength: 80 }), (n, d, steps) => {
        const rate = rateOf(n, d)
        const sender = new MoneySender()
        const inFlight: { amount: bigint; hold: MoneyHold }[] = []
        let [sendMax, sent, limit, received] = [0n, 0n, 0n, 0n]
        sender.onPeerLimit(0n, 0n)
        for (const next of steps) {
          const held = inFlight.reduce((sum, { amount }) => sum + amount, 0n)
          if (next.do === 'sendMax') {
            if (next.to < sent + held) {
              expect(() => sender.setSendMax(next.to)).toThrow(/in flight/)
            } else sender.setSendMax((sendMax = next.to))
          } else if (next.do === 'limit') {
            limit = next.to > limit ? next.to : limit
            sender.onPeerLimit(limit, received)
          } else if (next.do === 'send') {
            const amount = sender.available(rate) / next.part
            if (amount > 0n) inFlight.push({ amount, hold: sender.hold(amount, rate) })
          } else if (inFlight.length > 0) {
            const [packet] = inFlight.splice(next.which % inFlight.length, 1)
            const { amount, hold } = packet!
            if (next.do === 'release') hold.onReleased()
            else {
              const delivered = (amount * n) / d
              sent += amount
              received += delivered
              hold.onFulfilled(delivered)
              if (next.tells) sender.onPeerLimit(limit, received)
            }
          }
          const nowHeld = inFlight.reduce((sum, { amount }) => sum + amount, 0n)
          expect(sender).toMatchObject({ sendMax, sent, held: nowHeld, delivered: received })
          expect(sent + nowHeld).toBeLessThanOrEqual(sendMax)
          expect(sender.remaining).toBe(sendMax - sent - nowHeld)
          // Even if all that is in flight arrives.
          const most = inFlight.reduce((sum, { amount }) => sum + (amount * n) / d, received)
          expect(most).toBeLessThanOrEqual(limit)
        }
      }),
    )
  })
})
