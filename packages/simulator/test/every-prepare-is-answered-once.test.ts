import type { IlpReply } from '@stream/frames/ilp'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalRatio } from '../src/index.js'
import { NOW, drain, fulfill, preparing, setUp } from './two-accounts.js'

test('every Prepare is answered exactly once, and what leaves never exceeds what came, whatever happens', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('send' as const), amount: fc.bigInt({ min: 0n, max: 300n }), expires: fc.nat(6000) }),
    fc.record({ do: fc.constant('reply' as const), id: fc.nat(40), fulfil: fc.boolean() }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat(2000) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const connector = setUp({
        options: { price: decimalRatio('0.7'), fee: decimalRatio('0.01') },
        alice: { maxPacketAmount: 250n, packetRate: { rate: 20n, burst: 10n }, maxInFlight: 8 },
        bob: { liquidity: { rate: 50n, burst: 400n } },
      })
      let now = NOW
      let sent = 0
      const answers = new Map<number, number>()
      const reject: IlpReply = { type: 'reject', code: 'F99', triggeredBy: '', message: '', data: new Uint8Array(0) }
      const take = (): void => {
        for (const output of drain(connector)) {
          if (output.type === 'reply') answers.set(output.id, (answers.get(output.id) ?? 0) + 1)
        }
      }
      for (const one of steps) {
        if (one.do === 'send') {
          connector.handlePrepare(now, 'alice', sent++, preparing({ amount: one.amount, expiresAt: now + one.expires }))
        } else if (one.do === 'reply') connector.handleReply(now, one.id, one.fulfil ? fulfill : reject)
        else connector.handleTimeout((now += one.ms))
        take()
      }
      connector.handleTimeout(now + 60_000)
      take()
      const { accounts, inFlight } = connector.stats()
      const { alice, bob } = accounts
      if (alice === undefined || bob === undefined) throw new Error('accounts are missing')
      expect([...answers.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, id) => id))
      expect([...answers.values()].every((count) => count === 1)).toBe(true)
      expect([inFlight, alice.inFlight]).toEqual([0, 0])
      const rejected = Object.values(alice.rejected).reduce((sum, count) => sum + count, 0)
      expect(alice.fulfilled + rejected).toBe(sent)
      expect(bob.amountOut * 1000n).toBeLessThanOrEqual(alice.amountIn * 693n)
    }),
    { numRuns: 300 },
  )
})
