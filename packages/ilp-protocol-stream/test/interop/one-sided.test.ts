import { expect, onTestFinished, test } from 'vitest'
import { createConnection, createServer } from '../../src/index.js'
import { inProcess } from './paths.js'
import { predecessor, type PeerConnection, type PeerStream } from './peers.js'
import { hash, nextStream, readToEnd, someBytes } from './session.js'

/** A client of ours that only sends, and a predecessor's server that cannot send it anything. */
async function sending() {
  const path = await inProcess.open({ rate: 0.5 })
  const listener = await predecessor.createServer({ plugin: path.server, disconnectDelay: 1 })
  onTestFinished(() => listener.close())
  const accepted = listener.acceptConnection()
  const client = await createConnection({ plugin: path.client, ...listener.generateAddressAndSecret(), mode: 'send' })
  onTestFinished(() => client.destroy())
  const server = (await accepted).on('error', () => {})
  return { client, server, path }
}

test('money and data arrive at a predecessor that has no address of ours', async () => {
  const { client, server, path } = await sending()
  const opened = nextStream(server)
  const stream = client.createStream()
  const bytes = someBytes(100_000)
  stream.write(bytes)
  const remote = await opened
  remote.setReceiveMax(1_000_000)
  const read = readToEnd(remote)
  await stream.sendTotal(3_000)
  stream.end()
  expect(hash(await read)).toBe(hash(bytes))
  expect([client.totalSent, server.totalReceived]).toEqual(['3000', '1500'])
  expect([client.destinationAssetCode, client.destinationAssetScale]).toEqual(['XYZ', 9])
  expect(path.server.payments).toBe(0)
})

test('a receiveMax that a predecessor raises later is asked for', async () => {
  const { client, server } = await sending()
  const opened = nextStream(server)
  const stream = client.createStream()
  const sent = stream.sendTotal(2_000)
  const remote = await opened
  for (const limit of [400, 1_000]) {
    remote.setReceiveMax(limit)
    await new Promise((resolve) => {
      const look = (): void => void (Number(remote.totalReceived) >= limit ? resolve(0) : remote.once('money', look))
      look()
    })
  }
  await sent
  expect([client.totalSent, server.totalReceived]).toEqual(['2000', '1000'])
})

test('a client of ours that only receives is paid by a predecessor', async () => {
  const path = await inProcess.open({ rate: 0.5 })
  const listener = await predecessor.createServer({ plugin: path.server, disconnectDelay: 1 })
  onTestFinished(() => listener.close())
  const accepted = listener.acceptConnection()
  const credentials = listener.generateAddressAndSecret()
  const client = await createConnection({ plugin: path.client, ...credentials, mode: 'receive' })
  onTestFinished(() => client.destroy())
  const server = (await accepted).on('error', () => {})
  const opened = nextStream(server)
  client.createStream().setReceiveMax(10_000)
  await (await opened).sendTotal(1_000)
  expect(client.totalReceived).toBe('2000')
  expect(path.client.paid).toBe(0n)
})

test('a predecessor pays a server of ours that only receives', async () => {
  const path = await inProcess.open({ rate: 0.5 })
  const server = await createServer({ plugin: path.server, disconnectDelay: 1, mode: 'receive' })
  onTestFinished(() => server.close())
  server.on('connection', (connection) => connection.on('stream', (stream) => stream.setReceiveMax(10_000)))
  const client: PeerConnection = await predecessor.createConnection({
    plugin: path.client,
    ...server.generateAddressAndSecret(),
  })
  const stream: PeerStream = client.createStream()
  await stream.sendTotal(1_000)
  expect(client.totalDelivered).toBe('500')
  await client.end()
})
