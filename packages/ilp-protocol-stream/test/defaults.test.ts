import { expect, test } from 'vitest'
import { connected } from './connected.js'

test('the minimum rate is the probed one less 1 %, and 0 on a server until a rate is known', async () => {
  const { client, served } = await connected({ rate: 0.5 })
  expect(client.minimumAcceptableExchangeRate).toBe('0.495')
  expect(served.minimumAcceptableExchangeRate).toBe('0')
})

test('totals and the last rate start at 0, as decimal strings', async () => {
  const { client, served } = await connected()
  for (const connection of [client, served]) {
    expect(connection.totalSent).toBe('0')
    expect(connection.totalReceived).toBe('0')
    expect(connection.totalDelivered).toBe('0')
    expect(connection.lastPacketExchangeRate).toBe('0')
  }
})

test('a stream starts with limits and totals of 0, open, and with buffers of 16384 bytes', async () => {
  const { client } = await connected()
  const stream = client.createStream()
  expect(stream).toMatchObject({ id: 1, totalSent: '0', totalReceived: '0', sendMax: '0', receiveMax: '0' })
  expect(stream.isOpen()).toBe(true)
  expect(stream.receipt).toBeUndefined()
  expect(stream.readableHighWaterMark).toBe(16_384)
  expect(stream.writableHighWaterMark).toBe(16_384)
})

// RFC 0029 4.3.3-4
test('both sides know both accounts and assets', async () => {
  const { client, served, credentials } = await connected({ credentials: 'some-tag' })
  expect(client).toMatchObject({
    sourceAccount: 'test.peerA',
    sourceAssetCode: 'ABC',
    sourceAssetScale: 9,
    destinationAccount: credentials.destinationAccount,
    destinationAssetCode: 'XYZ',
    destinationAssetScale: 9,
  })
  expect(served).toMatchObject({
    sourceAccount: 'test.peerB',
    sourceAssetCode: 'XYZ',
    destinationAccount: 'test.peerA',
    destinationAssetCode: 'ABC',
    destinationAssetScale: 9,
    connectionTag: 'some-tag',
  })
})

test('the server opens even streams', async () => {
  const { client, served, nextStream } = await connected()
  const opened = nextStream(client)
  served.createStream().setSendMax(10)
  expect((await opened).id).toBe(2)
})
