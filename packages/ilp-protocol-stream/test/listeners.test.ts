import { expect, test, vi } from 'vitest'
import { createConnection, createServer, type DataAndMoneyStream } from '../src/index.js'
import { connected, once, settled } from './connected.js'
import { pluginPair } from './plugin-pair.js'

test('streams opened before anybody listens are told to the first listener, and its limit is in time', async () => {
  const { client, served } = await connected({ rate: 1, receiveMax: false })
  const sending = client.createStream().sendTotal(100)
  await settled(3)
  const heard: number[] = []
  served.on('stream', (stream: DataAndMoneyStream) => {
    heard.push(stream.id)
    stream.setReceiveMax(1000)
  })
  await sending
  expect(heard).toEqual([1])
})

test('streams that came and went unheard are forgotten, but for those with something to read', async () => {
  const { client, served } = await connected({ receiveMax: false })
  const receiving = client.createStream()
  receiving.setReceiveMax(1)
  await settled(3)
  receiving.end()
  await once(receiving, 'end')
  const writing = client.createStream()
  writing.end('kept')
  await once(writing, 'close')
  await settled(3)
  const texts: string[] = []
  const heard: number[] = []
  served.on('stream', (stream) => heard.push(stream.id))
  served.on('stream', (stream) => stream.on('data', (chunk: Buffer) => texts.push(chunk.toString())))
  await settled(3)
  expect(heard).toEqual([3])
  expect(texts).toEqual(['kept'])
})

test.each([
  ['reads it', true],
  ['does not read it', false],
])('a stream that ended unheard tells its end to who hears of it, once, and %s', async (_, reads) => {
  const { client, served } = await connected({ receiveMax: false })
  const writing = client.createStream()
  writing.end('kept')
  await once(writing, 'close')
  await settled(3)
  const told: string[] = []
  served.on('stream', (stream: DataAndMoneyStream) => {
    for (const event of ['end', 'close']) stream.on(event, () => told.push(event))
    if (reads) stream.on('data', (chunk: Buffer) => told.push(chunk.toString()))
  })
  await settled(3)
  expect(told).toEqual(reads ? ['kept', 'end', 'close'] : ['end', 'close'])
})

test('a stream that failed unheard is not told of: nothing of it can be read', async () => {
  const { client, served } = await connected({ receiveMax: false })
  const writing = client.createStream()
  writing.write('lost')
  await settled(3)
  writing.destroy(new Error('enough'))
  await settled(3)
  const heard = vi.fn()
  served.on('stream', heard)
  await settled(3)
  expect(heard).not.toHaveBeenCalled()
})

test('an idle connection sets no timer that keeps the process alive', async () => {
  const { client } = await connected()
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  await settled()
  const idle = timers()
  const sending = client.createStream().sendTotal(100)
  expect(timers()).toBeGreaterThan(idle)
  await sending
  await settled()
  expect(timers()).toBeLessThanOrEqual(idle) // those of earlier tests may have ended meanwhile
})

test('a connection that has ended leaves no timer behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  const { client: plugin, server: serverPlugin } = pluginPair()
  const server = await createServer({ plugin: serverPlugin, disconnectDelay: 1 })
  const client = await createConnection({ plugin, ...server.generateAddressAndSecret() })
  await client.end()
  await server.close()
  expect(timers()).toBeLessThanOrEqual(before)
})

test('handlers of `connect`, `end` and `close` that throw change nothing', async () => {
  const { client, served } = await connected()
  const thrower = vi.fn(() => {
    throw new Error('blah')
  })
  for (const event of ['end', 'close'] as const) client.on(event, thrower)
  served.on('end', thrower)
  await client.end()
  expect(thrower).toHaveBeenCalledTimes(3)
})
