import { fetch as fetchIldcp } from 'ilp-protocol-ildcp'
import { expect, test } from 'vitest'
import { connect, localnet, outcome, pay, receive } from './clients.js'

test('two unmodified ilp-plugin-btp pay each other', async () => {
  const network = await localnet()
  const alice = await connect(network.url('alice'))
  const bob = await connect(network.url('bob'))
  const amounts = receive(bob)
  const reply = await pay(alice, 'test.localnet.bob.token~tag')
  expect(reply).toMatchObject({ data: Buffer.from('thanks') })
  expect(amounts).toEqual(['100'])
  expect(network.stats().accounts.alice).toMatchObject({ received: 1, fulfilled: 1, amountIn: 100n })
  expect(network.stats().accounts.bob).toMatchObject({ forwarded: 1, amountOut: 100n })
})
