import { expect, test } from 'vitest'
import { Pair, ratio } from './pair.js'

test('a client that probes is established when it knows the rate', () => {
  const pair = new Pair({ rate: [1n, 2n] }).drive(200)
  expect(pair.client.state).toBe('established')
  expect(pair.eventsOf('client', 'established')).toHaveLength(1)
  expect(pair.client.stats().minimumRate).toEqual(ratio(99n, 200n))
})

test('money sent is money received at the rate of the path', () => {
  const pair = new Pair({ rate: [1n, 2n] })
  pair.accept('server')
  pair.run('client', (client) => client.setSendMax(client.openStream()!, 10_000n))
  pair.drive(1_000)
  expect(pair.client.stats()).toMatchObject({ totalSent: 10_000n, totalDelivered: 5_000n })
  expect(pair.server.stats().totalReceived).toBe(5_000n)
})
