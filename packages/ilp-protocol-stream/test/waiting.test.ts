// Waits that can be given up, iteration, and the end of a block.
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { createConnection, createReceipt, createServer, InvalidArgumentError } from '../src/index.js'
import { webStreams } from '../src/web.js'
import { connected, failure, listening, once, settled } from './connected.js'
import { pluginPair } from './plugin-pair.js'

const reason = new Error('not any more')

describe('a wait with a signal', () => {
  it('for money to be sent rejects with the reason, and no more is sent', async () => {
    const { client } = await connected({ receiveMax: 300 })
    const stream = client.createStream()
    const controller = new AbortController()
    const sending = failure(stream.sendTotal(1000, { signal: controller.signal }))
    await new Promise((resolve) => stream.once('outgoing_money', resolve))
    await settled()
    controller.abort(reason)
    expect(await sending).toBe(reason)
    expect(stream.sendMax).toBe(stream.totalSent)
    expect(Number(stream.totalSent)).toBeLessThan(1000)
  })

  it('for money to arrive rejects with the reason, and the limit stays', async () => {
    const { client } = await connected()
    const stream = client.createStream()
    const controller = new AbortController()
    const receiving = failure(stream.receiveTotal(1000, { signal: controller.signal }))
    controller.abort(reason)
    expect(await receiving).toBe(reason)
    expect(stream.receiveMax).toBe('1000')
  })

  it('that has aborted already begins nothing', async () => {
    const { client, server, credentials, clientPlugin } = await connected()
    const stream = client.createStream()
    const signal = AbortSignal.abort(reason)
    expect(await failure(stream.sendTotal(10, { signal }))).toBe(reason)
    expect(await failure(stream.receiveTotal(10, { signal }))).toBe(reason)
    expect([stream.sendMax, stream.receiveMax]).toEqual(['0', '0'])
    expect(await failure(server.acceptConnection({ signal }))).toBe(reason)
    expect(await failure(createConnection({ plugin: clientPlugin, ...credentials, signal }))).toBe(reason)
  })

  it('for a connection on a server leaves the server listening', async () => {
    const { server, clientPlugin } = await connected()
    const controller = new AbortController()
    const accepting = failure(server.acceptConnection({ signal: controller.signal }))
    controller.abort(reason)
    expect(await accepting).toBe(reason)
    const accepted = server.acceptConnection()
    const client = await createConnection({ plugin: clientPlugin, ...server.generateAddressAndSecret('next') })
    expect((await accepted).connectionTag).toBe('next')
    await client.end()
  })

  it('for a server that does not answer ends the attempt and lets go of the plugin', async () => {
    const { client: plugin, server: serverPlugin } = pluginPair()
    const server = await listening({ plugin: serverPlugin })
    const credentials = server.generateAddressAndSecret()
    const sendData = plugin.sendData.bind(plugin)
    const controller = new AbortController()
    let packets = 0
    // The first packet asks for our account; the rest vanish.
    plugin.sendData = (data) => {
      if (packets++ === 0) return sendData(data)
      controller.abort(reason)
      return new Promise(() => {})
    }
    const attempt = failure(createConnection({ plugin, ...credentials, signal: controller.signal }))
    expect(await attempt).toBe(reason)
    await settled()
    expect(plugin.isConnected()).toBe(false)
  })

  it('for the end of a connection destroys it', async () => {
    const { client, served } = await connected({ receiveMax: false })
    const stream = client.createStream()
    stream.write(Buffer.alloc(500_000)) // more than the server takes without reading
    const controller = new AbortController()
    const ending = client.end({ signal: controller.signal })
    const closed = once(served, 'close')
    controller.abort(reason)
    expect(await failure(ending)).toBe(reason)
    await closed
    expect(stream.destroyed).toBe(true)
  })

  it('for the end of a connection that ends in time changes nothing', async () => {
    const { client } = await connected()
    const controller = new AbortController()
    await client.end({ signal: controller.signal })
    controller.abort()
    await expect(client.end({ signal: AbortSignal.abort(new Error('late')) })).rejects.toThrow('late')
  })

  it('for a server to close destroys its connections, and the plugin is disconnected all the same', async () => {
    const { server, served, serverPlugin } = await connected({ receiveMax: false })
    const stream = served.createStream()
    stream.write(Buffer.alloc(500_000))
    const disconnected = once(serverPlugin.events, 'disconnect')
    const controller = new AbortController()
    const closing = server.close({ signal: controller.signal })
    await settled()
    controller.abort(reason)
    expect(await failure(closing)).toBe(reason)
    await disconnected
  })

  it('for a server to listen gives up, and undoes what has begun', async () => {
    const { server: plugin } = pluginPair()
    let answer: () => void = () => {}
    plugin.connect = () => new Promise((resolve) => (answer = resolve))
    const controller = new AbortController()
    const creating = createServer({ plugin, disconnectDelay: 1, signal: controller.signal })
    controller.abort(reason)
    expect(await failure(creating)).toBe(reason)
    const disconnected = once(plugin.events, 'disconnect')
    answer()
    await disconnected
    await expect(createServer({ plugin, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it('for a plugin that hangs does not wait for it', async () => {
    const { client: plugin, server: serverPlugin } = pluginPair()
    const server = await listening({ plugin: serverPlugin })
    plugin.connect = () => new Promise(() => {})
    const controller = new AbortController()
    const attempt = failure(
      createConnection({ plugin, ...server.generateAddressAndSecret(), signal: controller.signal }),
    )
    controller.abort(reason)
    expect(await attempt).toBe(reason)
  })
})

describe('for await', () => {
  it('gives the connections of a server until it closes', async () => {
    const { client: clientPlugin, server: plugin } = pluginPair()
    const server = await listening({ plugin })
    const tags: (string | undefined)[] = []
    const iterating = (async () => {
      for await (const connection of server) tags.push(connection.connectionTag)
    })()
    for (const tag of ['one', 'two']) {
      const client = await createConnection({ plugin: clientPlugin, ...server.generateAddressAndSecret(tag) })
      await client.end()
    }
    await server.close()
    await iterating
    expect(tags).toEqual(['one', 'two'])
  })

  it('gives the streams of a connection until it has closed, also those from before', async () => {
    const { client, served } = await connected({ receiveMax: false })
    const sent = ['one', 'two']
    for (const word of sent) client.createStream().end(word)
    await settled()
    const read: string[] = []
    const iterating = (async () => {
      for await (const stream of served) read.push(await text(stream))
    })()
    await settled(50)
    await client.end()
    await iterating
    expect(read).toEqual(sent)
  })

  it('throws the error that ends a connection', async () => {
    const { client, served } = await connected({ receiveMax: false })
    const iterating = failure(
      (async () => {
        for await (const stream of served) stream.resume()
      })(),
    )
    await client.destroy(new Error('on fire'))
    expect((await iterating)?.message).toMatch(/on fire/)
  })

  it('over a connection that has closed ends at once', async () => {
    const { client } = await connected()
    await client.end()
    const streams = []
    for await (const stream of client) streams.push(stream)
    expect(streams).toEqual([])
  })
})

describe('the end of a block', () => {
  it('ends streams, connections and servers', async () => {
    const { client: clientPlugin, server: plugin } = pluginPair()
    const server = await listening({ plugin })
    const client = await createConnection({ plugin: clientPlugin, ...server.generateAddressAndSecret() })
    const told: string[] = []
    client.on('end', () => told.push('end'))
    const stream = client.createStream()
    stream.write('data')
    await stream[Symbol.asyncDispose]()
    expect([stream.writableFinished, stream.isOpen()]).toEqual([true, false])
    await client[Symbol.asyncDispose]()
    expect(told).toEqual(['end'])
    await server[Symbol.asyncDispose]()
    expect(server.connected).toBe(false)
  })
})

describe('web streams', () => {
  it('carry data both ways, and their close ends the stream', async () => {
    const { client, served, nextStream } = await connected({ receiveMax: false })
    const incoming = nextStream(served)
    const here = webStreams(client.createStream())
    const writer = here.writable.getWriter()
    await writer.write(Buffer.from('ask'))
    const there = webStreams(await incoming)
    const reader = there.readable.getReader()
    const asked = await reader.read()
    expect(Buffer.from(asked.value ?? []).toString()).toBe('ask')
    const answer = there.writable.getWriter()
    await answer.write(Buffer.from('answer'))
    const heard = await here.readable.getReader().read()
    expect(Buffer.from(heard.value ?? []).toString()).toBe('answer')
    await writer.close()
    expect((await reader.read()).done).toBe(true)
  })

  it('hold the writer back while the peer does not read', async () => {
    const { client } = await connected({ receiveMax: false, server: { connectionBufferSize: 65_536 } })
    const writer = webStreams(client.createStream()).writable.getWriter()
    let isWritten = false
    void writer.write(Buffer.alloc(1 << 20)).then(
      () => (isWritten = true),
      () => undefined,
    )
    await settled(50)
    expect(isWritten).toBe(false)
  })
})

describe('an account that is stated', () => {
  const stated = { sourceAccount: 'test.peerA', assetCode: 'XRP', assetScale: 9 }

  it('is not asked for', async () => {
    const { client: plugin, server: serverPlugin } = pluginPair()
    const server = await listening({ plugin: serverPlugin })
    const destinations: boolean[] = []
    const sendData = plugin.sendData.bind(plugin)
    plugin.sendData = (data) => {
      destinations.push(data.includes('peer.config'))
      return sendData(data)
    }
    const client = await createConnection({ plugin, ...server.generateAddressAndSecret(), ...stated })
    expect(client.sourceAccount).toBe('test.peerA')
    expect([client.sourceAssetCode, client.sourceAssetScale]).toEqual(['XRP', 9])
    expect(destinations.length).toBeGreaterThan(0)
    expect(destinations).not.toContain(true)
    await client.destroy()
  })

  it.each([
    { sourceAccount: 'test.client', assetCode: 'XRP' },
    { assetCode: 'XRP', assetScale: 9 },
    { ...stated, sourceAccount: 'no address' },
    { ...stated, assetScale: 256 },
  ])('in part or wrongly is refused: %o', async (opts) => {
    const { client: plugin } = pluginPair()
    const attempt = createConnection({
      plugin,
      destinationAccount: 'test.server',
      sharedSecret: Buffer.alloc(32),
      ...opts,
    })
    expect(await failure(attempt)).toBeInstanceOf(InvalidArgumentError)
    expect(plugin.isConnected()).toBe(false)
  })
})

describe('a start without waiting', () => {
  it('pays in the first packets when the rate is given', async () => {
    const { client: plugin, server: serverPlugin } = pluginPair()
    const server = await listening({ plugin: serverPlugin })
    server.on('connection', (connection) => connection.on('stream', (stream) => stream.setReceiveMax(1000)))
    const client = await createConnection({
      plugin,
      ...server.generateAddressAndSecret(),
      exchangeRate: 0.5,
      awaitConnection: false,
    })
    expect(client.stats().packetsSent).toBeLessThanOrEqual(1)
    await client.createStream().sendTotal(100)
    expect(client.totalSent).toBe('100')
    await client.end()
  })
})

describe('a minimum exchange rate', () => {
  it('is kept whatever the probe says', async () => {
    const { client } = await connected({ client: { minimumExchangeRate: '0.45' } })
    expect(client.minimumAcceptableExchangeRate).toBe('0.45')
    await client.createStream().sendTotal(100)
    expect(client.totalDelivered).toBe('50')
  })

  it('that the path does not reach sends nothing', async () => {
    const { client } = await connected({ client: { minimumExchangeRate: '0.6' } })
    const stream = client.createStream()
    await expect(stream.sendTotal(100, { timeout: 200 })).rejects.toThrow(/Timed out/)
    expect(client.totalSent).toBe('0')
  })

  it('of 0 is refused', async () => {
    const { client: plugin } = pluginPair()
    const credentials = { destinationAccount: 'test.server', sharedSecret: Buffer.alloc(32) }
    await expect(createConnection({ plugin, ...credentials, minimumExchangeRate: 0 })).rejects.toThrow(
      'minimumExchangeRate must be above 0',
    )
  })
})

describe('stats', () => {
  it('tell what has happened', async () => {
    const { client } = await connected()
    await client.createStream().sendTotal(100)
    const { totalSent, totalDelivered, packetsFulfilled, congestion } = client.stats()
    expect({ totalSent, totalDelivered }).toEqual({ totalSent: 100n, totalDelivered: 50n })
    expect(packetsFulfilled).toBeGreaterThan(0)
    expect(Object.keys(congestion)).not.toEqual([])
  })
})

it('every amount may be a bigint, and every rate', async () => {
  const { client, served, server } = await connected({
    rate: 2,
    client: { maximumPacketAmount: 500n, minimumExchangeRate: 2n, receiveMaxTolerance: 0n, slippage: 0n },
    receiveMax: false,
  })
  served.on('stream', (stream) => {
    stream.setReceiveMax(1_000n)
    void stream.receiveTotal(2_000n)
  })
  const stream = client.createStream()
  stream.setSendMax(500n)
  await stream.sendTotal(1_000n)
  expect(served.totalReceived).toBe('2000')
  expect(server.generateAddressAndSecret({ receiveMax: 5n }).destinationAccount).toContain('test.peerB.')
  const receipt = { nonce: Buffer.alloc(16), streamId: 1n, totalReceived: 2n ** 64n - 1n, secret: Buffer.alloc(32) }
  expect(createReceipt(receipt)).toHaveLength(58)
})
