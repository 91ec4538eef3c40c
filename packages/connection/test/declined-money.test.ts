import { describe, expect, test } from 'vitest'
import { Pair } from './pair.js'
import { paying } from './wire.js'

/** A server whose application declines every offer, and a client with money for it. */
function declining(): Pair {
  const pair = new Pair({ server: { offerMoney: true }, client: { limits: { maxPacketAmount: 1_000n } } }).drive(1_000)
  pair.accept('server')
  const accept = pair.onEvent
  pair.onEvent = (side, event, connection) => {
    accept(side, event, connection)
    if (event.type === 'moneyOffered') connection.decide(event.id, false)
  }
  pair.run('client', (core) => core.setSendMax(core.openStream()!, 100_000n))
  return pair
}

describe('money that the peer declines', () => {
  test('is offered again ever more rarely (D5)', () => {
    const pair = declining().drive(10_000)
    // Two windows, the second twice as large because the peer has answered; then one by one.
    expect(paying(pair, 'client').length).toBeLessThan(20 + 40 + 10)
    expect(pair.client.state).toBe('established')
    expect(pair.client.stats().totalSent).toBe(0n)
    const before = paying(pair, 'client').length
    pair.drive(60_000)
    expect(paying(pair, 'client').length - before).toBeLessThan(20)
  })

  test('is offered no more often because data gets through (D5)', () => {
    const pair = declining()
    for (let second = 0; second < 10; second++) {
      for (let i = 0; i < 10; i++) {
        pair.run('client', (core) => core.write(1, new Uint8Array(1_000)))
        pair.drive(100)
      }
    }
    expect(pair.client.streamStats(1)).toMatchObject({ unsentBytes: 0 })
    expect(paying(pair, 'client').length).toBeLessThan(20 + 40 + 10)
  })

  test('goes at once when the peer changes its mind', () => {
    const pair = declining().drive(10_000)
    const decline = pair.onEvent
    pair.onEvent = (side, event, connection) => {
      if (event.type === 'moneyOffered') connection.decide(event.id, true)
      else decline(side, event, connection)
    }
    pair.drive(8_000)
    expect(pair.client.stats()).toMatchObject({ totalSent: 100_000n, totalDelivered: 100_000n })
  })
})
