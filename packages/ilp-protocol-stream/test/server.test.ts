import * as IlpPacket from 'ilp-packet'
import Long from 'long'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createConnection, Server, verifyReceipt, type Connection, type DataAndMoneyStream } from '../src/index.js'
import { connected, failure, inFakeTime, listening, once, settled } from './connected.js'
import { pluginPair } from './plugin-pair.js'

afterEach(() => void vi.useRealTimers())

describe('credentials', () => {
  // RFC 0029 4.1-1, 4.1-3
  // RFC 0039 2.4-4
  test('are an address below the account, 32 bytes, and whether there will be receipts', async () => {
    const server = await listening({ plugin: pluginPair().server })
    const plain = server.generateAddressAndSecret()
    expect(plain.destinationAccount).toMatch(/^test\.peerB\.[A-Za-z0-9_-]{66}$/)
    expect(Buffer.isBuffer(plain.sharedSecret)).toBe(true)
    expect(plain.sharedSecret).toHaveLength(32)
    expect(plain.receiptsEnabled).toBe(false)
    const receiptNonce = Buffer.alloc(16)
    const receiptSecret = Buffer.alloc(32)
    expect(server.generateAddressAndSecret({ receiptNonce, receiptSecret }).receiptsEnabled).toBe(true)
    expect(server).toMatchObject({ assetCode: 'XYZ', assetScale: 9, connected: true })
  })

  test.each([
    ['no', undefined, undefined],
    ['empty', {}, undefined],
    ['a string for', 'hello-there_123', 'hello-there_123'],
    ['an object with', { connectionTag: 'hello-there_123' }, 'hello-there_123'],
  ])('%s options give the connection the tag they hold', async (_, contents, tag) => {
    const { served, client } = await connected(contents === undefined ? {} : { credentials: contents })
    expect(served.connectionTag).toBe(tag)
    await client.end()
  })

  test('that were tampered with are refused without a connection event', async () => {
    const { client: plugin, server: serverPlugin } = pluginPair()
    const server = await listening({ plugin: serverPlugin })
    const onConnection = vi.fn()
    server.on('connection', onConnection)
    const { destinationAccount, sharedSecret } = server.generateAddressAndSecret('hello-there_123')
    const tampered = { destinationAccount: `${destinationAccount}456`, sharedSecret }
    await expect(createConnection({ plugin, ...tampered })).rejects.toThrow('Error connecting: ')
    expect(onConnection).not.toHaveBeenCalled()
  }, 15_000)

  test('of a destroyed connection can be used again', async () => {
    const { client, server, credentials, clientPlugin } = await connected({ rate: 1 })
    await client.destroy()
    const accepted = server.acceptConnection()
    const again = await createConnection({ plugin: clientPlugin, ...credentials })
    const served = await accepted
    served.on('stream', (stream: DataAndMoneyStream) => stream.setReceiveMax(100))
    await again.createStream().sendTotal(100)
    expect(served.totalReceived).toBe('100')
    await again.end()
  })

  // RFC 0029 4.1-4
  test('survive a restart of the server with the same secret', async () => {
    const { client: plugin, server: serverPlugin } = pluginPair()
    const serverSecret = Buffer.alloc(32, 5)
    const first = await listening({ plugin: serverPlugin, serverSecret })
    const credentials = first.generateAddressAndSecret('kept')
    await first.close()
    const second = await listening({ plugin: serverPlugin, serverSecret })
    const accepted = second.acceptConnection()
    const client = await createConnection({ plugin, ...credentials })
    expect((await accepted).connectionTag).toBe('kept')
    await client.end()
  })
})

describe('the connection event', () => {
  test('a handler may set up what it needs in the same turn, before any packet is looked at', async () => {
    const { client: plugin, server: serverPlugin } = pluginPair()
    const server = await listening({ plugin: serverPlugin })
    let seen: Promise<void> | undefined
    server.on('connection', (connection: Connection) => {
      seen = Promise.resolve().then(() => {
        expect(connection.destinationAccount).toBeUndefined()
        connection.on('stream', (stream: DataAndMoneyStream) => stream.setReceiveMax(100))
      })
    })
    const client = await createConnection({ plugin, ...server.generateAddressAndSecret() })
    await seen
    await client.createStream().sendTotal(100)
    await client.end()
  })

  test('a handler that throws keeps nobody out', async () => {
    const { client: plugin, server: serverPlugin } = pluginPair()
    const server = await listening({ plugin: serverPlugin })
    server.on('connection', () => {
      throw new Error('blah')
    })
    const client = await createConnection({ plugin, ...server.generateAddressAndSecret() })
    expect(client.minimumAcceptableExchangeRate).toBe('0.495')
    await client.end()
  })

  test('acceptConnection rejects when the server closes', async () => {
    const server = new Server({ plugin: pluginPair().server, disconnectDelay: 1 })
    const accepting = server.acceptConnection()
    await settled(1)
    const refused = failure(accepting)
    await server.close()
    expect(await refused).toMatchObject({ message: 'server closed' })
  })
})

describe('listening', () => {
  test('twice is the same as once', async () => {
    const { server: plugin } = pluginPair()
    const server = new Server({ plugin, disconnectDelay: 1 })
    await Promise.all([server.listen(), server.listen()])
    await server.listen()
    expect(plugin.connections).toBe(1)
    await server.close()
    expect(plugin.disconnections).toBe(1)
    expect(plugin.hasHandler).toBe(false)
    expect(server.connected).toBe(false)
  })

  test('can be done again after closing', async () => {
    const server = await listening({ plugin: pluginPair().server })
    await server.close()
    await server.listen()
    expect(server.connected).toBe(true)
  })

  test('what is not a Prepare is answered with F00', async () => {
    const { server: plugin } = pluginPair()
    await listening({ plugin })
    const fulfill = IlpPacket.serializeIlpFulfill({ fulfillment: Buffer.alloc(32), data: Buffer.alloc(0) })
    const answer = IlpPacket.deserializeIlpReject(await plugin.handle(fulfill))
    expect(answer).toMatchObject({
      code: 'F00',
      triggeredBy: 'test.peerB',
      message: 'Expected an ILP Prepare packet (type 12), but got packet with type: 13',
    })
  })

  test.each([
    ['the account itself', 'test.peerB'],
    ['an unknown token', 'test.peerB.unknown'],
    ['an extra segment in front of a token', 'test.peerB._.TOKEN'],
  ])('%s is unreachable, and no message tells what listens', async (_, destination) => {
    const { server: plugin } = pluginPair()
    const server = await listening({ plugin })
    const token = server.generateAddressAndSecret().destinationAccount.split('.').at(-1) ?? ''
    const answer = await plugin.handle(
      IlpPacket.serializeIlpPrepare({
        amount: '0',
        destination: destination.replace('TOKEN', token),
        executionCondition: Buffer.alloc(32),
        expiresAt: new Date(Date.now() + 30_000),
        data: Buffer.alloc(40),
      }),
    )
    expect(IlpPacket.deserializeIlpReject(answer)).toMatchObject({
      code: 'F02',
      message: '',
      triggeredBy: 'test.peerB',
    })
  })
})

describe('closing the server', () => {
  test('ends its connections, then disconnects', async () => {
    const { client, served, server, serverPlugin } = await connected()
    const ended = Promise.all([once(client, 'end'), once(served, 'end')])
    await server.close()
    await ended
    expect(serverPlugin.isConnected()).toBe(false)
  })

  test('lets a packet that is being decided finish, and turns later ones away with T99', async () => {
    let decide: () => void = () => {}
    const { client, served, server, clientPlugin, nextStream } = await connected({
      rate: 0.5,
      server: { shouldFulfill: () => new Promise<void>((resolve) => (decide = resolve)) },
    })
    void nextStream(served)
    const sending = client.createStream().sendTotal(100)
    await settled(2)
    const closing = server.close()
    const late = IlpPacket.deserializeIlpReject(
      await clientPlugin.forward({
        amount: '0',
        destination: 'test.peerB.whatever',
        executionCondition: Buffer.alloc(32),
        expiresAt: new Date(Date.now() + 30_000),
        data: Buffer.alloc(0),
      }),
    )
    expect(late).toMatchObject({ code: 'T99', message: 'Shutting down server' })
    decide()
    await sending
    await closing
    expect(served.totalReceived).toBe('50')
    expect(client.totalDelivered).toBe('50')
  })

  test('does not wait for ever for a handler that never decides', async () => {
    const { client, server } = await connected({ server: { shouldFulfill: () => new Promise<void>(() => {}) } })
    const sending = client.createStream().sendTotal(100, { timeout: 100_000 })
    const refused = failure(sending)
    await settled(2)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await inFakeTime(server.close())
    await inFakeTime(client.destroy())
    expect((await refused)?.message).toContain('Stream was closed before the desired amount was sent')
  })
})

describe('shouldFulfill', () => {
  test('decides over each paying packet, and hears of nothing else', async () => {
    const offers: [number, string, string | undefined][] = []
    const { client, served } = await connected({
      rate: 0.5,
      maxAmount: 60n,
      client: { minExchangeRatePrecision: 2 },
      credentials: 'helloworld',
      server: {
        shouldFulfill: async (amount: Long, packetId: Buffer, tag?: string) => {
          expect(Long.isLong(amount)).toBe(true)
          expect(packetId).toHaveLength(32)
          offers.push([amount.toNumber(), packetId.toString('hex'), tag])
          if (offers.length === 2) throw new Error('not this one')
        },
      },
    })
    const money: string[] = []
    served.on('stream', (stream: DataAndMoneyStream) => stream.on('money', (amount: string) => money.push(amount)))
    await client.createStream().sendTotal(100)
    expect(offers).toHaveLength(3)
    expect(new Set(offers.map(([, id]) => id)).size).toBe(3)
    expect(offers.every(([, , tag]) => tag === 'helloworld')).toBe(true)
    expect(money).toHaveLength(2)
    expect(served.totalReceived).toBe('50')
  })

  test.each([
    ['throws', () => { throw new Error('no') }], // prettier-ignore
    ['rejects without a reason', () => Promise.reject()],
  ])('one that %s refuses the packet and keeps nothing reserved (F17)', async (_, refusal) => {
    const shouldFulfill = vi.fn<() => Promise<void>>(async () => {}).mockImplementationOnce(refusal)
    const { client, served } = await connected({ rate: 1, receiveMax: 100, server: { shouldFulfill } })
    await client.createStream().sendTotal(100)
    expect(served.totalReceived).toBe('100')
  })

  test('one that returns nothing at all accepts', async () => {
    const { client, served } = await connected({ rate: 1, server: { shouldFulfill: () => {} } })
    await client.createStream().sendTotal(100)
    expect(served.totalReceived).toBe('100')
  })

  test('works for what a client receives too', async () => {
    const shouldFulfill = vi.fn(async () => {})
    const { client, served } = await connected({ rate: 1, client: { shouldFulfill } })
    client.on('stream', (stream: DataAndMoneyStream) => stream.setReceiveMax(100))
    await served.createStream().sendTotal(100)
    expect(client.totalReceived).toBe('100')
    expect(shouldFulfill).toHaveBeenCalledOnce()
  })
})

// RFC 0039 2.1-2, 2.1-5
test('receipts come back for what was received, and verify', async () => {
  const receiptNonce = Buffer.alloc(16, 3)
  const receiptSecret = Buffer.alloc(32, 4)
  const { client } = await connected({ rate: 0.5, credentials: { receiptNonce, receiptSecret } })
  const stream = client.createStream()
  await stream.sendTotal(1002)
  const receipt = verifyReceipt(stream.receipt ?? Buffer.alloc(0), receiptSecret)
  expect(receipt).toMatchObject({ streamId: '1', nonce: receiptNonce })
  expect(receipt.totalReceived.toString()).toBe('501')
})

test('a server tells `_incoming_prepare` and `_close`', async () => {
  const { client, server } = await connected()
  const incoming = once(server, '_incoming_prepare')
  await client.createStream().sendTotal(10)
  expect(await incoming).toEqual([])
  const closed = once(server, '_close')
  await server.close()
  expect(await closed).toEqual([])
})
