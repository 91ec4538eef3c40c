import { expect, test } from 'vitest'
import { Pair, type Network } from './pair.js'
import { isFulfillable, paying, tooLarge } from './wire.js'

const SECOND = 1_000

test('amounts that pass but deliver nothing, and larger ones that do not pass, are tried ever more slowly', () => {
  let isHostile = false
  const network: Network = (prepare) => {
    if (!isHostile || !isFulfillable(pair, prepare)) return { amount: prepare.amount }
    return prepare.amount > 1n ? tooLarge(prepare.amount, 1n) : { amount: 0n }
  }
  const pair = new Pair({ client: { limits: { maxPacketAmount: 1_000n } }, network })
  pair.accept('server')
  pair.drive(SECOND)
  isHostile = true
  const streamId = pair.run('client', (core) => core.openStream()!)
  pair.run('client', (core) => core.setSendMax(streamId, 5_000n))
  pair.drive(10 * SECOND)
  expect(paying(pair, 'client').length).toBeLessThan(200)
  expect(pair.client.stats().totalSent).toBe(0n)
  isHostile = false
  pair.drive(20 * SECOND)
  expect(pair.client.stats().totalSent).toBe(5_000n)
})
