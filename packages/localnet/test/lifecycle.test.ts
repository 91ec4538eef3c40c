import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'
import { LocalnetError, startLocalnet, type LocalnetOptions } from '../src/index.js'
import { connect, localnet, opened, outcome, prepare, receive } from './clients.js'
import { RawClient } from './raw-client.js'

test('a port that is taken is named, with what to do', async () => {
  const other = createServer()
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  opened.push({ close: async () => other.close() })
  const { port } = other.address() as AddressInfo
  const starting = startLocalnet({ port })
  await expect(starting).rejects.toThrow(LocalnetError)
  await expect(starting).rejects.toMatchObject({ code: 'portInUse' })
  await expect(starting).rejects.toThrow(
    `port ${port} on 127.0.0.1 is in use, perhaps by moneyd or another localnet; stop that one`,
  )
})

test('an interface that this machine does not have is named', async () => {
  await expect(startLocalnet({ port: 0, host: '203.0.113.1' })).rejects.toThrow('cannot listen on 203.0.113.1')
})

test('it listens on loopback only', async () => {
  const network = await localnet()
  expect(network.url('alice')).toBe(`btp+ws://alice:@localhost:${network.port}`)
  const all = createServer()
  // Whoever listens everywhere keeps a second listener off every address of that port.
  all.listen({ port: network.port, host: '127.0.0.2', exclusive: true })
  await once(all, 'listening')
  all.close()
})

test('another interface is in the URL that clients are given', async () => {
  const network = await localnet({ host: '127.0.0.1' })
  expect(network.url('alice')).toBe(`btp+ws://alice:@127.0.0.1:${network.port}`)
  receive(await connect(network.url('alice')))
})

test('closing answers what is in flight, disconnects everyone and frees the port', async () => {
  const network = await localnet({ roundTripMs: 1000 })
  const alice = await connect(network.url('alice'))
  const bob = await RawClient.login(network.port, 'bob')
  const silent = await RawClient.open(network.port)
  const travelling = outcome(alice, 'test.localnet.bob')
  await expect.poll(() => network.stats().inFlight).toBe(1)
  await Promise.all([network.close(), network.close()])
  expect(await travelling).toBe('T01')
  expect([await bob.closed, await silent.closed]).toEqual([1001, 1001])
  expect(network.stats().inFlight).toBe(0)
  await alice.disconnect()
  const next = await startLocalnet({ port: network.port })
  await next.close()
})

test('closing does not wait for clients that do not answer', async () => {
  const network = await localnet()
  const bob = await RawClient.login(network.port, 'bob')
  bob.pause()
  const start = performance.now()
  await network.close()
  expect(performance.now() - start).toBeLessThan(5000) // A WebSocket server by itself waits for 30 seconds.
})

test('after closing no timer is left', async () => {
  const live = new Set<unknown>()
  const { setTimeout: set, clearTimeout: clear } = globalThis
  const setting = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((action: () => void, ms: number) => {
    const timer = set(() => {
      live.delete(timer)
      action()
    }, ms)
    live.add(timer)
    return timer
  }) as typeof setTimeout)
  const clearing = vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    live.delete(timer)
    clear(timer)
  })
  try {
    const network = await localnet({ roundTripMs: 5000 })
    const alice = await RawClient.login(network.port, 'alice')
    const bob = await RawClient.login(network.port, 'bob')
    await RawClient.open(network.port)
    alice.sendIlp(1, prepare('test.localnet.bob'))
    alice.sendIlp(2, prepare('test.localnet.nobody'))
    await alice.settled()
    expect(network.stats().inFlight).toBe(1)
    expect(live.size).toBeGreaterThanOrEqual(3) // Authentication, expiry, latency.
    await network.close()
    await Promise.all([alice.closed, bob.closed])
    expect(live.size).toBe(0)
  } finally {
    setting.mockRestore()
    clearing.mockRestore()
  }
})

test.each<[keyof LocalnetOptions, LocalnetOptions, string]>([
  ['port', { port: 70_000 }, 'option port is 70000; expected a whole number from 0 to 65535'],
  ['prefix', { prefix: 'no spaces' }, 'option prefix is "no spaces"; expected an ILP address'],
  ['prefix', { prefix: `test.${'x'.repeat(300)}` }, 'at most 200 characters'],
  ['assetScale', { assetScale: 256 }, 'option assetScale is 256'],
  ['rate', { rate: '-1' }, 'option rate is "-1"; expected a decimal'],
  ['fee', { fee: 1 }, 'option fee is 1; expected less than 1'],
  ['roundTripMs', { roundTripMs: -5 }, 'option roundTripMs is -5; expected milliseconds'],
  ['jitterMs', { jitterMs: Number.NaN }, 'option jitterMs is NaN'],
  ['lossRate', { lossRate: 2 }, 'option lossRate is 2; expected a probability from 0 to 1'],
  ['maxPacketAmount', { maxPacketAmount: 1.5 }, 'option maxPacketAmount is 1.5; expected a whole number of units'],
  ['liquidity', { liquidity: { rate: -1n } }, 'option liquidity.rate is -1'],
  ['packetRate', { packetRate: { rate: 1, burst: 0.5 } }, 'option packetRate.burst is 0.5'],
  ['seed', { seed: 0.5 }, 'option seed is 0.5'],
  ['accounts', { accounts: { 'a.b': {} } }, 'option accounts is "a.b"; expected names of 1 to 64'],
  ['accounts', { accounts: { a: { assetScale: -1 } } }, 'option accounts.a.assetScale is -1'],
  ['accounts', { accounts: { a: { maxPacketAmount: -1 } } }, 'option accounts.a.maxPacketAmount is -1'],
  ['prices', { prices: { EURUSD: 1 } }, 'option prices is "EURUSD"; expected pairs such as "EUR/USD"'],
  ['prices', { prices: { 'EUR/USD': 0 } }, "option prices['EUR/USD'] is 0; expected more than 0"],
  ['maxAccounts', { maxAccounts: 0 }, 'option maxAccounts is 0'],
])('a wrong %s is refused before anything is opened: %o', async (_, options, message) => {
  const starting = startLocalnet({ port: 0, ...options })
  await expect(starting).rejects.toThrow(message)
  await expect(starting).rejects.toMatchObject({ name: 'LocalnetError', code: 'option' })
})
