import { expect, test, vi } from 'vitest'
import { createConnection, type Connection, type DataAndMoneyStream } from '../src/index.js'
import { connected, listening, once } from './connected.js'
import { pluginPair } from './plugin-pair.js'

test('sendData is called on the plugin each time, so that programs can replace it', async () => {
  const { client, clientPlugin } = await connected()
  const replaced = vi.fn(function (this: unknown, data: Buffer) {
    expect(this).toBe(clientPlugin)
    return Object.getPrototypeOf(clientPlugin).sendData.call(clientPlugin, data) as Promise<Buffer>
  })
  clientPlugin.sendData = replaced
  await client.createStream().sendTotal(100)
  expect(replaced).toHaveBeenCalled()
})

test('the first packet asks the connector for our account', async () => {
  const { client: plugin, server: serverPlugin } = pluginPair()
  const server = await listening({ plugin: serverPlugin })
  const destinations: string[] = []
  const sendData = plugin.sendData.bind(plugin)
  plugin.sendData = (data) => {
    destinations.push(data.includes('peer.config') ? 'peer.config' : 'other')
    return sendData(data)
  }
  const client = await createConnection({ plugin, ...server.generateAddressAndSecret() })
  expect(destinations[0]).toBe('peer.config')
  expect(destinations.slice(1)).not.toContain('peer.config')
  await client.end()
})

test('several connections share one plugin, each gets its own packets, and the last one disconnects it', async () => {
  const { client: plugin, server: serverPlugin } = pluginPair({ rate: 1 })
  const server = await listening({ plugin: serverPlugin })
  const served: Connection[] = []
  server.on('connection', (connection: Connection) => served.push(connection))
  const connect = () => createConnection({ plugin, ...server.generateAddressAndSecret() })
  const clients = [await connect(), ...(await Promise.all([connect(), connect()]))]
  for (const [index, client] of clients.entries()) {
    client.on('stream', (stream: DataAndMoneyStream) => stream.setReceiveMax(1000))
    await served[index]?.createStream().sendTotal(index + 1)
  }
  expect(clients.map(({ totalReceived }) => totalReceived)).toEqual(['1', '2', '3'])
  await clients[0]?.end()
  await clients[1]?.end()
  expect(plugin.isConnected()).toBe(true)
  await served[2]?.createStream().sendTotal(10)
  expect(clients[2]?.totalReceived).toBe('13')
  await clients[2]?.end()
  await once(plugin.events, 'disconnect')
  expect(plugin.hasHandler).toBe(false)
})

test('a client and a server share one plugin', async () => {
  const { client: left, server: right } = pluginPair({ rate: 1 })
  const rightServer = await listening({ plugin: right })
  const leftServer = await listening({ plugin: left })
  const accepted = leftServer.acceptConnection()
  const outward = await createConnection({ plugin: left, ...rightServer.generateAddressAndSecret() })
  const inward = await createConnection({ plugin: right, ...leftServer.generateAddressAndSecret() })
  const served = await accepted
  served.on('stream', (stream: DataAndMoneyStream) => stream.setReceiveMax(1000))
  await inward.createStream().sendTotal(7)
  expect(served.totalReceived).toBe('7')
  await outward.end()
  await inward.end()
  expect(left.isConnected()).toBe(true)
})

test('two servers on one plugin each find their own clients', async () => {
  const { client: plugin, server: serverPlugin } = pluginPair()
  const servers = [await listening({ plugin: serverPlugin }), await listening({ plugin: serverPlugin })]
  for (const [index, server] of servers.entries()) {
    const accepted = server.acceptConnection()
    const client = await createConnection({ plugin, ...server.generateAddressAndSecret(`tag-${index}`) })
    expect((await accepted).connectionTag).toBe(`tag-${index}`)
    await client.end()
  }
})

test('a handler that the program took away is put back by the next connection', async () => {
  const { client: plugin, server: serverPlugin } = pluginPair()
  const server = await listening({ plugin: serverPlugin })
  serverPlugin.deregisterDataHandler()
  const other = await listening({ plugin: serverPlugin })
  for (const credentials of [server.generateAddressAndSecret(), other.generateAddressAndSecret()]) {
    const client = await createConnection({ plugin, ...credentials })
    expect(client.destinationAssetCode).toBe('XYZ')
    await client.end()
  }
})

test('packets of a peer that writes to our address below our own are answered', async () => {
  const { client, served, serverPlugin } = await connected()
  const stream = served.createStream()
  client.on('stream', (opened: DataAndMoneyStream) => opened.setReceiveMax(1000))
  await stream.sendTotal(100)
  expect(serverPlugin.sent.every(({ destination }) => destination === 'test.peerA')).toBe(true)
})
