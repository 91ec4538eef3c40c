import { describe, expect, onTestFinished, test } from 'vitest'
import {
  createConnection,
  InvalidArgumentError,
  verifyReceipt,
  type Connection,
  type DataAndMoneyStream,
  type ReceiptStream,
  type ServerOpts,
} from '../src/index.js'
import { connected, failure, listening, once } from './connected.js'
import { pluginPair } from './plugin-pair.js'

const receiptNonce = Buffer.alloc(16, 3)
const receiptSecret = Buffer.alloc(32, 4)
const credentials = { connectionTag: 'invoice 7', receiptNonce, receiptSecret }

const totalOf = (stream: DataAndMoneyStream): string =>
  verifyReceipt(stream.receipt ?? Buffer.alloc(0), receiptSecret).totalReceived.toString()

describe('the base of receipts', () => {
  test.each([
    ['known at once', () => 10_000],
    ['found in a store', async () => '10000'],
    ['as a bigint', () => 10_000n],
  ])('(%s) is where their totals begin', async (_, receiptBase) => {
    const { client, served } = await connected({ rate: 1, credentials, server: { receiptBase } })
    const stream = client.createStream()
    await stream.sendTotal(500)
    expect(totalOf(stream)).toBe('10500')
    expect(served.totalReceived).toBe('500')
    await stream.sendTotal(700)
    expect(totalOf(stream)).toBe('10700')
  })

  test('is asked for with what names the receipts, for each stream', async () => {
    const asked: ReceiptStream[] = []
    const receiptBase = (stream: ReceiptStream): number => (asked.push(stream), stream.streamId * 1_000)
    const { client } = await connected({ rate: 1, credentials, server: { receiptBase } })
    const streams = [client.createStream(), client.createStream()]
    for (const stream of streams) await stream.sendTotal(5)
    expect(streams.map(totalOf)).toEqual(['1005', '3005'])
    expect(asked).toEqual([1, 3].map((streamId) => ({ streamId, receiptNonce, connectionTag: 'invoice 7' })))
  })

  test('that takes its time keeps money out until it is known, and loses none', async () => {
    let tell: (total: bigint) => void = () => {}
    const receiptBase = (): Promise<bigint> => new Promise((resolve) => (tell = resolve))
    const { client, served, nextStream } = await connected({ rate: 1, credentials, server: { receiptBase } })
    const opened = nextStream(served)
    const stream = client.createStream()
    const sent = stream.sendTotal(500)
    expect((await opened).receiveMax).toBe('1000000000')
    await expect(stream.sendTotal(500, { timeout: 100 })).rejects.toThrow(/Timed out/)
    expect([client.totalSent, served.totalReceived]).toEqual(['0', '0'])
    await expect(Promise.race([sent, Promise.resolve('waiting')])).resolves.toBe('waiting')
    tell(10_000n)
    await stream.sendTotal(500)
    await sent
    expect(totalOf(stream)).toBe('10500')
  })

  test.each<[string, ServerOpts['receiptBase']]>([
    ['cannot be found', () => Promise.reject(new Error('store is away'))],
    ['is thrown over', () => { throw new Error('store is away') }], // prettier-ignore
    ['is no amount', () => -1],
  ])('that %s ends the stream unpaid', async (_, receiptBase) => {
    const { client, served } = await connected({ rate: 1, credentials, server: { receiptBase } })
    const stream = client.createStream()
    const failed = once(stream, 'error')
    const attempt = await failure(stream.sendTotal(500))
    expect(attempt?.message).toContain('before the desired amount was sent')
    const [error] = (await failed) as [Error]
    expect(error.message).toMatch(/^The base of the stream's receipts could not be found: /)
    expect([client.totalSent, served.totalReceived]).toEqual(['0', '0'])
  })

  test('is not asked for where no receipts are given', async () => {
    const receiptBase = (): number => expect.fail('asked')
    const { client } = await connected({ rate: 1, server: { receiptBase } })
    const stream = client.createStream()
    await stream.sendTotal(5)
    expect(stream.receipt).toBeUndefined()
  })

  test('carries a payment over the restart of its server', async () => {
    const store = new Map<number, string>()
    const secret = Buffer.alloc(32, 9)
    let address: { destinationAccount: string; sharedSecret: Buffer } | undefined
    const totals: string[] = []
    for (const part of [400, 250]) {
      const { client: plugin, server: serverPlugin } = pluginPair({ rate: 1 })
      const server = await listening({
        plugin: serverPlugin,
        serverSecret: secret,
        receiptBase: ({ streamId }) => store.get(streamId) ?? 0,
      })
      server.on('connection', (connection: Connection) => {
        connection.on('stream', (stream: DataAndMoneyStream) => {
          stream.setReceiveMax(1_000)
          stream.on('money', () => store.set(stream.id, stream.receiptTotal))
        })
      })
      address ??= server.generateAddressAndSecret(credentials)
      const client = await createConnection({ plugin, ...address })
      onTestFinished(() => client.destroy())
      const stream = client.createStream()
      await stream.sendTotal(part)
      totals.push(totalOf(stream))
      await server.close()
    }
    expect(totals).toEqual(['400', '650'])
    expect([...store]).toEqual([[1, '650']])
  })

  test('can be set on a stream by hand, and only grows', async () => {
    const { client, served, nextStream } = await connected({ rate: 1, credentials, receiveMax: false })
    const opened = nextStream(served)
    const stream = client.createStream()
    const sent = stream.sendTotal(10)
    const remote = await opened
    remote.setReceiptBase(90n)
    expect(() => remote.setReceiptBase(89)).toThrow(InvalidArgumentError)
    remote.setReceiveMax(10)
    await sent
    expect([totalOf(stream), remote.receiptTotal]).toEqual(['100', '100'])
  })
})

describe('a client with a receipt key', () => {
  test('gives receipts for what it is paid', async () => {
    const { client, served } = await connected({ rate: 1, client: { receiptNonce, receiptSecret } })
    client.on('stream', (stream: DataAndMoneyStream) => stream.setReceiveMax(1_000))
    const stream = served.createStream()
    await stream.sendTotal(300)
    expect(totalOf(stream)).toBe('300')
  })

  test('needs both halves of it', async () => {
    const { client: plugin } = pluginPair()
    const nowhere = { destinationAccount: 'test.server', sharedSecret: Buffer.alloc(32) }
    await expect(createConnection({ plugin, ...nowhere, receiptNonce })).rejects.toThrow(
      'receiptNonce and receiptSecret must accompany each other',
    )
  })
})
