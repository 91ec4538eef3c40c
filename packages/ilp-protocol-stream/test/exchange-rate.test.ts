import { afterEach, expect, test, vi } from 'vitest'
import { createConnection } from '../src/index.js'
import { connected, inFakeTime, listening, settled } from './connected.js'
import { pluginPair, reject, tooLarge } from './plugin-pair.js'

afterEach(() => void vi.useRealTimers())

const UNKNOWN =
  'Error connecting: Unable to establish connection, no packets meeting the minimum exchange precision of 3 digits made it through the path.'

test.each([
  [1e-7, 10n ** 9n, '0.000000099'],
  [1e-10, 10n ** 12n, '0.000000000099'],
])('a rate of %s is found where the path carries %s', async (rate, maxAmount, minimum) => {
  const { client } = await connected({ rate, maxAmount })
  expect(client.minimumAcceptableExchangeRate).toBe(minimum)
})

test.each([
  [0, '0.5'],
  [0.05, '0.475'],
  ['0.1', '0.45'],
])('slippage %s makes the minimum rate %s', async (slippage, minimum) => {
  const { client } = await connected({ rate: 0.5, client: { slippage } })
  expect(client.minimumAcceptableExchangeRate).toBe(minimum)
})

test('the maximum that an F08 tells is used to find a precise rate', async () => {
  const { client } = await connected({ rate: 0.001, maxAmount: 150_000n, client: { slippage: 0 } })
  expect(client.minimumAcceptableExchangeRate).toBe('0.001')
})

test('a fixed rate with zero slippage is the minimum exactly, and nothing is probed', async () => {
  const { client, clientPlugin, served } = await connected({
    rate: 0.5,
    client: { exchangeRate: 0.001, slippage: 0 },
  })
  expect(client.minimumAcceptableExchangeRate).toBe('0.001')
  expect(clientPlugin.sent.every(({ amount }) => amount === '0')).toBe(true)
  const stream = client.createStream()
  await stream.sendTotal(122)
  expect(client.totalSent).toBe('122')
  expect(served.totalReceived).toBe('61')
})

test('a path that carries too little for the precision gives no connection', async () => {
  const { client, server: serverPlugin } = pluginPair({ rate: 0.001, maxAmount: 1500n })
  const server = await listening({ plugin: serverPlugin })
  await expect(createConnection({ plugin: client, ...server.generateAddressAndSecret() })).rejects.toThrow(UNKNOWN)
  await settled(1)
  expect(client.isConnected()).toBe(false)
  expect(client.hasHandler).toBe(false)
})

test('less precision is enough when it is asked for', async () => {
  const { client } = await connected({ rate: 1, maxAmount: 99n, client: { minExchangeRatePrecision: 2 } })
  expect(client.minimumAcceptableExchangeRate).toBe('0.99')
})

test('the rate is found in spite of insufficient liquidity for larger amounts', async () => {
  const { client: clientPlugin, server: serverPlugin } = pluginPair({ rate: 1, maxAmount: 100_000n })
  const server = await listening({ plugin: serverPlugin })
  const forward = clientPlugin.forward.bind(clientPlugin)
  clientPlugin.forward = async (prepare) =>
    BigInt(prepare.amount) > 200n ? reject('T04', 'Insufficient Liquidity Error') : forward(prepare)
  server.on('connection', (connection) => {
    connection.on('stream', (stream: { setReceiveMax(max: number): void }) => stream.setReceiveMax(10_000))
  })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const started = performance.now()
  const client = await inFakeTime(createConnection({ plugin: clientPlugin, ...server.generateAddressAndSecret() }))
  await inFakeTime(client.createStream().sendTotal(200))
  expect(client.totalDelivered).toBe('200')
  expect(performance.now() - started).toBeLessThan(4000)
  await client.end()
})

test('a path maximum of 0 is told as such', async () => {
  const { client: clientPlugin, server: serverPlugin } = pluginPair({ maxAmount: 0n })
  const server = await listening({ plugin: serverPlugin })
  await expect(createConnection({ plugin: clientPlugin, ...server.generateAddressAndSecret() })).rejects.toThrow(
    'Cannot send. Path has a Maximum Packet Amount of 0',
  )
})

test('maximumPacketAmount limits probes and payments', async () => {
  const { client, clientPlugin } = await connected({ rate: 1, client: { maximumPacketAmount: '500' } })
  await client.createStream().sendTotal(1700)
  const amounts = clientPlugin.sent.map(({ amount }) => Number(amount))
  expect(Math.max(...amounts)).toBe(500)
  expect(client.totalSent).toBe('1700')
})

test('maximumPacketAmount holds with a fixed rate too (F4)', async () => {
  const { client, clientPlugin } = await connected({ rate: 1, client: { maximumPacketAmount: 100, exchangeRate: 1 } })
  await client.createStream().sendTotal(350)
  expect(Math.max(...clientPlugin.sent.map(({ amount }) => Number(amount)))).toBe(100)
})

test('a rate below the minimum is refused by the receiver, and sending goes on when it is back', async () => {
  const { client, served, clientPlugin } = await connected({ rate: 0.5 })
  clientPlugin.rate = 0.3
  clientPlugin.answerNext(undefinedAnswer, undefinedAnswer, async (prepare) => {
    clientPlugin.rate = 0.5
    return clientPlugin.forward(prepare)
  })
  const stream = client.createStream()
  await stream.sendTotal(1000)
  expect(served.totalReceived).toBe('500')
})

test('packets shrunk by one forged F08 do not let the path keep the money', async () => {
  const { client, served, clientPlugin } = await connected({ rate: 0.5 })
  clientPlugin.answerNext((prepare) => tooLarge(BigInt(prepare.amount), 1n))
  const stream = client.createStream()
  await stream.sendTotal(1000)
  expect(Number(served.totalReceived)).toBeGreaterThanOrEqual(495)
})

test('a receiver that only receives probes nothing', async () => {
  const { client, serverPlugin } = await connected({ rate: 0.5 })
  await client.createStream().sendTotal(1000)
  expect(serverPlugin.sent.filter(({ amount }) => amount !== '0')).toEqual([])
})

function undefinedAnswer(): undefined {
  return undefined
}

test('getExpiry decides over the expiry of every Prepare, also of the first', async () => {
  const expiry = new Date(Date.now() + 12_345)
  const getExpiry = vi.fn((_destination: string) => expiry)
  const { client, clientPlugin, credentials } = await connected({ client: { getExpiry } })
  const stream = client.createStream()
  await stream.sendTotal(123)
  stream.end('data')
  await client.end()
  expect(clientPlugin.sent.length).toBeGreaterThan(3)
  for (const { expiresAt } of clientPlugin.sent) expect(expiresAt).toEqual(expiry)
  expect(getExpiry.mock.calls[0]).toEqual(['peer.config'])
  expect(getExpiry).toHaveBeenLastCalledWith(credentials.destinationAccount)
})

test.each([
  ['throws', () => { throw new Error('blah') }], // prettier-ignore
  ['gives an invalid date', () => new Date(NaN)],
])('a getExpiry that %s later on leaves packets with the default of 30 seconds', async (_, faulty) => {
  const getExpiry = vi.fn((): Date => new Date(Date.now() + 20_000))
  const { client, clientPlugin } = await connected({ client: { getExpiry } })
  getExpiry.mockImplementation(faulty)
  const packets = clientPlugin.sent.length
  const before = Date.now()
  await client.createStream().sendTotal(100)
  const after = Date.now()
  const expiry = clientPlugin.sent[packets]?.expiresAt.getTime() ?? 0
  expect(expiry).toBeGreaterThan(before + 29_900)
  expect(expiry).toBeLessThan(after + 30_100)
})
