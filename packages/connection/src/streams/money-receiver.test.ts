import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_UINT64 } from '@stream/frames'
import { ratio } from '../path/ratio.js'
import { MoneyReceiver } from './money-receiver.js'

describe('incoming money of a stream', () => {
  test('has no room before receiveMax is set', () => {
    expect(new MoneyReceiver(ratio(0n)).room).toBe(0n)
  })

  test('has a limit that only grows', () => {
    const receiver = new MoneyReceiver(ratio(0n))
    receiver.setReceiveMax(100n)
    receiver.setReceiveMax(100n)
    expect(() => receiver.setReceiveMax(99n)).toThrow(/99 is below the 100/)
    expect(receiver.receiveMax).toBe(100n)
  })

  test.each([
    [1_000n, ratio(1n, 100n), 1_010n],
    [99n, ratio(1n, 100n), 99n],
    [MAX_UINT64, ratio(1n, 100n), MAX_UINT64],
    [0n, ratio(1n, 100n), 0n],
  ])('of at most %s has room for the tolerance, rounded down, within 64 bits', (receiveMax, tolerance, room) => {
    const receiver = new MoneyReceiver(tolerance)
    receiver.setReceiveMax(receiveMax)
    expect(receiver.room).toBe(room)
  })

  test('owes its limit to the peer when it has grown', () => {
    const receiver = new MoneyReceiver(ratio(0n))
    expect(receiver.limit.owed).toBe(false)
    receiver.setReceiveMax(5n)
    expect(receiver.limit.owed).toBe(true)
  })

  test('is never more than the limit, in any order of reserving, deciding and raising', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('raise' as const), to: fc.bigInt(0n, 1_000n) }),
      fc.record({ do: fc.constant('reserve' as const), amount: fc.bigInt(1n, 300n) }),
      fc.record({ do: fc.constantFrom('release' as const, 'credit' as const), which: fc.nat(20) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const receiver = new MoneyReceiver(ratio(0n))
        const pending: bigint[] = []
        let limit = 0n
        let received = 0n
        for (const next of steps) {
          const room = limit - received - pending.reduce((sum, amount) => sum + amount, 0n)
          expect(receiver.room).toBe(room)
          if (next.do === 'raise') {
            if (next.to < limit) continue
            receiver.setReceiveMax((limit = next.to))
          } else if (next.do === 'reserve') {
            if (next.amount > receiver.room) continue
            receiver.reserve(next.amount)
            pending.push(next.amount)
          } else if (pending.length > 0) {
            const [amount] = pending.splice(next.which % pending.length, 1)
            receiver.release(amount!)
            if (next.do === 'release') continue
            received += amount!
            receiver.credit(amount!)
          }
          expect(receiver.received).toBe(received)
          expect(receiver.received).toBeLessThanOrEqual(receiver.receiveMax)
        }
      }),
    )
  })
})
