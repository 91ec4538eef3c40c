import { aimd, paced } from '@stream/flow'
import { expect, test } from 'vitest'
import { Pair, reject } from './pair.js'

/** A connector with a liquidity of `burst` units that fills at `rate` units per second and states no maximum. */
function bucket(rate: number, burst: number) {
  let level = burst
  let at = 0
  return (amount: bigint, now: number): boolean => {
    level = Math.min(burst, level + ((now - at) * rate) / 1000)
    at = now
    if (Number(amount) > level) return false
    level -= Number(amount)
    return true
  }
}

test.each([10n ** 6n, 10n ** 8n, 10n ** 10n, 10n ** 12n])(
  'money flows within seconds where nothing but T04 tells how large a packet may be, sendMax %i',
  (sendMax) => {
    const admits = bucket(100_000, 10_000)
    const pair = new Pair({
      client: { congestion: paced(aimd()) },
      network: ({ amount }, _, now) => (admits(amount, now) ? { amount } : { reply: reject('T04') }),
    })
    pair.accept('server')
    pair.drive(2_000)
    const start = pair.now
    let first: number | undefined
    pair.onEvent = ((previous) => (side, event, connection) => {
      previous(side, event, connection)
      if (event.type === 'moneySent') first ??= pair.now - start
    })(pair.onEvent)
    pair.run('client', (client) => client.setSendMax(client.openStream()!, sendMax))
    pair.drive(20_000)
    expect(first).toBeLessThan(5_000)
    expect(pair.client.stats().totalSent).toBeGreaterThan(700_000n)
  },
)
