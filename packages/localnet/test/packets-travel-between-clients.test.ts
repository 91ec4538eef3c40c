import { deserializeIlpReject } from 'ilp-packet'
import { fetch as fetchIldcp } from 'ilp-protocol-ildcp'
import { expect, test } from 'vitest'
import { connect, localnet, outcome, pay, prepare, receive } from './clients.js'

test('two unmodified ilp-plugin-btp pay each other', async () => {
  const network = await localnet()
  const alice = await connect(network.url('alice'))
  const bob = await connect(network.url('bob'))
  const amounts = receive(bob)
  expect(await pay(alice, 'test.localnet.bob.token~tag')).toMatchObject({ data: Buffer.from('thanks') })
  expect(amounts).toEqual(['100'])
  expect(network.stats().accounts.alice).toMatchObject({ received: 1, fulfilled: 1, amountIn: 100n })
  expect(network.stats().accounts.bob).toMatchObject({ forwarded: 1, amountOut: 100n })
})

test('a client learns its address and asset by ILDCP', async () => {
  const network = await localnet({ prefix: 'test.net', accounts: { eve: { assetCode: 'USD', assetScale: 2 } } })
  const config = async (account: string) => {
    const plugin = await connect(network.url(account))
    return fetchIldcp(plugin.sendData.bind(plugin))
  }
  expect(await config('bob')).toEqual({ clientAddress: 'test.net.bob', assetCode: 'XRP', assetScale: 9 })
  expect(await config('eve')).toEqual({ clientAddress: 'test.net.eve', assetCode: 'USD', assetScale: 2 })
})

test('many packets at once each get their own reply', async () => {
  const network = await localnet({ roundTripMs: 10, jitterMs: 10 })
  const alice = await connect(network.url('alice'))
  const bob = await connect(network.url('bob'))
  const amounts = receive(bob)
  const outcomes = await Promise.all(
    Array.from({ length: 300 }, (_, i) =>
      outcome(alice, i % 3 === 0 ? 'test.localnet.none' : 'test.localnet.bob', { amount: `${i}` }),
    ),
  )
  expect(outcomes.map((code, i) => (i % 3 === 0 ? code === 'F02' : code === 'fulfilled')).every(Boolean)).toBe(true)
  expect(amounts).toHaveLength(200)
})

test('clients of one account may pay one another and themselves', async () => {
  const network = await localnet()
  const alice = await connect(network.url('alice'))
  receive(alice)
  expect(await outcome(alice, 'test.localnet.alice.x')).toBe('fulfilled')
})

test('Prepares go to the client of an account that came last, and to the one before when it leaves', async () => {
  const network = await localnet()
  const alice = await connect(network.url('alice'))
  const first = receive(await connect(network.url('bob')))
  const second = await connect(network.url('bob'))
  const amounts = receive(second)
  await pay(alice, 'test.localnet.bob', { amount: '1' })
  await second.disconnect()
  await expect.poll(() => network.accounts().find(({ name }) => name === 'bob')?.connections).toBe(1)
  await pay(alice, 'test.localnet.bob', { amount: '2' })
  expect([first, amounts]).toEqual([['2'], ['1']])
})

test('packets between accounts are exchanged at price, rate, fee and scales', async () => {
  const network = await localnet({
    prices: { 'USD/EUR': '0.8' },
    rate: '0.5',
    fee: '0.1',
    accounts: { us: { assetCode: 'USD', assetScale: 2 }, eu: { assetCode: 'EUR', assetScale: 4 } },
  })
  const us = await connect(network.url('us'))
  const eu = await connect(network.url('eu'))
  const inUs = receive(us)
  const inEu = receive(eu)
  await pay(us, 'test.localnet.eu', { amount: '1000' })
  await pay(eu, 'test.localnet.us', { amount: '1000' })
  expect(inEu).toEqual([String(1000 * 0.8 * 0.5 * 0.9 * 100)])
  expect(inUs).toEqual([String(Math.floor((1000 / 0.8) * 0.5 * 0.9) / 100).replace(/\..*/, '')])
})

test('the limits of the network answer with their ILP errors', async () => {
  const limited = async (options: Parameters<typeof localnet>[0], payment = {}): Promise<string[]> => {
    const network = await localnet(options)
    const alice = await connect(network.url('alice'))
    receive(await connect(network.url('bob')))
    return [await outcome(alice, 'test.localnet.bob', payment), await outcome(alice, 'test.localnet.bob', payment)]
  }
  expect(await limited({ maxPacketAmount: 99 })).toEqual(['F08', 'F08'])
  expect(await limited({ accounts: { alice: { maxPacketAmount: 99n } } })).toEqual(['F08', 'F08'])
  expect(await limited({ liquidity: { rate: 0, burst: 150 } })).toEqual(['fulfilled', 'T04'])
  expect(await limited({ liquidity: { rate: 50 } })).toEqual(['T04', 'T04'])
  expect(await limited({ packetRate: { rate: 0n, burst: 1n } })).toEqual(['fulfilled', 'T05'])
  expect(await limited({}, { expiresInMs: 500 })).toEqual(['R02', 'R02'])
})

test('rejects say who triggered them', async () => {
  const network = await localnet()
  const alice = await connect(network.url('alice'))
  const reject = deserializeIlpReject(await alice.sendData(prepare('test.localnet.nobody')))
  expect(reject).toMatchObject({
    code: 'F02',
    triggeredBy: 'test.localnet',
    message: 'no route to test.localnet.nobody',
  })
})

test('a round trip takes as long as roundTripMs, one that the network refuses half of it', async () => {
  const network = await localnet({ roundTripMs: 50 })
  const alice = await connect(network.url('alice'))
  receive(await connect(network.url('bob')))
  const timed = async (destination: string): Promise<number> => {
    const tries: number[] = []
    for (let i = 0; i < 10; i++) {
      const start = performance.now()
      await pay(alice, destination)
      tries.push(performance.now() - start)
    }
    return Math.min(...tries) // The least is the network's own; more is this machine being busy.
  }
  const there = await timed('test.localnet.bob')
  expect(there).toBeGreaterThan(48)
  expect(there).toBeLessThan(100)
  const refused = await timed('test.localnet.nobody')
  expect(refused).toBeGreaterThan(23)
  expect(refused).toBeLessThan(there)
})

test('lost packets come back as R00 when they expire', async () => {
  const network = await localnet({ lossRate: 1 })
  const alice = await connect(network.url('alice'))
  receive(await connect(network.url('bob')))
  expect(await outcome(alice, 'test.localnet.bob', { expiresInMs: 3000 })).toBe('R00')
})
