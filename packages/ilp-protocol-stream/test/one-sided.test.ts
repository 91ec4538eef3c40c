import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import {
  ConnectionModeError,
  createConnection,
  createServer,
  InvalidArgumentError,
  type Connection,
  type DataAndMoneyStream,
  type ReceivingConnection,
  type ReceivingStream,
  type SendingConnection,
  type SendingStream,
} from '../src/index.js'
import { connected, failure, listening, once, settled } from './connected.js'
import { pluginPair } from './plugin-pair.js'

const account = { assetCode: 'XRP', assetScale: 9 }
const nowhere = { destinationAccount: 'test.server', sharedSecret: Buffer.alloc(32) }

describe('a client that only sends', () => {
  test('pays and writes without an address: its plugin takes nothing', async () => {
    const { client, clientPlugin, serverPlugin, served, nextStream } = await connected({ client: { mode: 'send' } })
    expect(clientPlugin.hasHandler).toBe(false)
    const opened = nextStream(served)
    const stream = client.createStream()
    await stream.sendTotal(1_000)
    stream.end('hello')
    const [text] = await once((await opened).setEncoding('utf8'), 'data')
    expect(text).toBe('hello')
    expect([client.totalSent, served.totalReceived]).toEqual(['1000', '500'])
    expect([client.destinationAssetCode, client.destinationAssetScale]).toEqual(['XYZ', 9])
    await client.end()
    expect(served.destinationAccount).toBeUndefined()
    expect(serverPlugin.sent).toEqual([])
  })

  test('needs to ask nobody for its account when it states its asset', async () => {
    const { client: plugin, server: serverPlugin } = pluginPair()
    const server = await listening({ plugin: serverPlugin })
    const sendData = plugin.sendData.bind(plugin)
    let asked = 0
    plugin.sendData = (data) => {
      if (data.includes('peer.config')) asked++
      return sendData(data)
    }
    const credentials = server.generateAddressAndSecret()
    const client = await createConnection({ plugin, ...credentials, ...account, mode: 'send' })
    onTestFinished(() => client.destroy())
    expect([client.sourceAccount, client.sourceAssetCode, asked]).toEqual(['', 'XRP', 0])
  })

  test('pays what the server lets it be paid later', async () => {
    const { client, served, nextStream } = await connected({ client: { mode: 'send' }, receiveMax: false })
    const opened = nextStream(served)
    const sent = client.createStream().sendTotal(1_000)
    const stream = await opened
    await settled()
    expect(client.totalSent).toBe('0')
    stream.setReceiveMax(500)
    await sent
    expect(served.totalReceived).toBe('500')
  })

  test('is told that the server has closed', async () => {
    const { client, server, served } = await connected({ client: { mode: 'send' } })
    const stream = client.createStream()
    await stream.sendTotal(100)
    const closed = once(client, 'close')
    await served.end()
    const attempt = stream.sendTotal(200, { timeout: 5_000 })
    expect(await failure(attempt)).toBeInstanceOf(Error)
    await closed
    await server.close()
  })

  test('takes no money', async () => {
    const { client } = await connected({ client: { mode: 'send' } })
    const stream = client.createStream()
    const expected =
      "Cannot set receiveMax: this end of the connection only sends. Create it with mode 'receive' or 'both'"
    expect(() => stream.setReceiveMax(1)).toThrow(new ConnectionModeError(expected))
    await expect(stream.receiveTotal(1)).rejects.toThrow(ConnectionModeError)
    await stream.sendTotal(10)
  })
})

describe('a client that only receives', () => {
  test('is paid, and probes nothing', async () => {
    const { client, clientPlugin, served, nextStream } = await connected({ client: { mode: 'receive' }, rate: 2 })
    const opened = nextStream(served)
    client.createStream().setReceiveMax(1_000)
    await (await opened).sendTotal(1_000)
    expect(client.totalReceived).toBe('500')
    expect(clientPlugin.sent.filter(({ amount }) => amount !== '0')).toEqual([])
  })

  test('neither pays nor writes, and stays as it is when asked to', async () => {
    const { client, served, nextStream } = await connected({ client: { mode: 'receive' }, rate: 2 })
    const opened = nextStream(served)
    const stream = client.createStream()
    const expected =
      "Cannot set sendMax: this end of the connection only receives. Create it with mode 'send' or 'both'"
    expect(() => stream.setSendMax(1)).toThrow(new ConnectionModeError(expected))
    expect(() => stream.write('x')).toThrow(ConnectionModeError)
    await expect(stream.sendTotal(1)).rejects.toThrow(ConnectionModeError)
    const received = stream.receiveTotal(100)
    await (await opened).sendTotal(200)
    await received
    expect(stream.isOpen()).toBe(true)
  })

  test('ends a stream without data only', async () => {
    const { client } = await connected({ client: { mode: 'receive' } })
    const stream = client.createStream()
    expect(() => stream.end('x')).toThrow(ConnectionModeError)
    expect(stream.isOpen()).toBe(true)
    const finished = once(stream, 'finish')
    stream.end()
    await finished
  })
})

describe('a server that only', () => {
  test('receives is paid and pays nobody', async () => {
    const { client, served, nextStream } = await connected({ server: { mode: 'receive' } })
    const opened = nextStream(served)
    await client.createStream().sendTotal(100)
    const stream = await opened
    expect(() => stream.setSendMax(1)).toThrow(ConnectionModeError)
    expect(served.totalReceived).toBe('50')
  })

  test('sends pays its clients and takes nothing', async () => {
    const { client, served } = await connected({ server: { mode: 'send' }, rate: 2, receiveMax: false })
    client.on('stream', (stream: DataAndMoneyStream) => stream.setReceiveMax(1_000))
    await served.createStream().sendTotal(100)
    expect(client.totalReceived).toBe('50')
    const stream = client.createStream()
    await expect(stream.sendTotal(100, { timeout: 100 })).rejects.toThrow(/Timed out/)
    expect(served.totalReceived).toBe('0')
  })
})

test('a mode that is none is refused before anything is sent', async () => {
  const { client: plugin } = pluginPair()
  const mode = 'listen' as 'send'
  expect(await failure(createConnection({ plugin, ...nowhere, mode }))).toBeInstanceOf(InvalidArgumentError)
  await expect(createServer({ plugin, mode })).rejects.toThrow("mode must be 'send', 'receive' or 'both', got listen")
  expect(plugin.isConnected()).toBe(false)
})

test('the types tell what a one-sided connection lacks', () => {
  const make = (): Promise<unknown>[] => [
    createConnection({ ...nowhere, mode: 'send' }) satisfies Promise<SendingConnection>,
    createConnection({ ...nowhere, mode: 'receive' }) satisfies Promise<ReceivingConnection>,
    createConnection({ ...nowhere, mode: 'both' }) satisfies Promise<Connection>,
  ]
  expect(make).toBeTypeOf('function')
  expectTypeOf<ReturnType<SendingConnection['createStream']>>().toEqualTypeOf<SendingStream>()
  expectTypeOf<SendingStream['setReceiveMax']>().toBeNever()
  expectTypeOf<SendingStream['setSendMax']>().toEqualTypeOf<DataAndMoneyStream['setSendMax']>()
  expectTypeOf<ReturnType<ReceivingConnection['createStream']>>().toEqualTypeOf<ReceivingStream>()
  expectTypeOf<ReceivingStream['sendTotal']>().toBeNever()
  expectTypeOf<ReceivingStream>().toExtend<DataAndMoneyStream>()
})
