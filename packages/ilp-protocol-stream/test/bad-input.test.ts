import { createRequire } from 'node:module'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  createConnection,
  createServer,
  InvalidArgumentError,
  Server,
  UplinkError,
  type CreateConnectionOpts,
  type Plugin,
} from '../src/index.js'
import { listening } from './connected.js'
import { pluginPair } from './plugin-pair.js'

const BtpPlugin = createRequire(import.meta.url)('ilp-plugin-btp') as new (opts: { server: string }) => Plugin
const sharedSecret = Buffer.alloc(32)
const destinationAccount = 'test.peerB.token'

function connecting(opts: Partial<Record<keyof CreateConnectionOpts, unknown>>) {
  const { client: plugin } = pluginPair()
  const result = createConnection({ plugin, destinationAccount, sharedSecret, ...opts } as CreateConnectionOpts)
  return { plugin, result }
}

describe('createConnection refuses, before it touches the plugin,', () => {
  test.each([
    ['a short secret', { sharedSecret: Buffer.alloc(16) }, 'sharedSecret must be a Buffer of 32 bytes, got 16 bytes'],
    ['a missing secret', { sharedSecret: undefined }, 'sharedSecret must be a Buffer of 32 bytes, got undefined'],
    [
      'an encoded secret',
      { sharedSecret: 'c2VjcmV0' },
      "got string; decode it first, for example Buffer.from(sharedSecret, 'base64')",
    ],
    [
      'no address',
      { destinationAccount: undefined },
      'destinationAccount: Not an ILP address: expected a string, got undefined',
    ],
    ['a payment pointer', { destinationAccount: '$wallet.example/alice' }, 'it must start with an allocation scheme'],
    [
      'a space in the address',
      { destinationAccount: 'test.bob smith' },
      'destinationAccount: Not an ILP address: character 9',
    ],
    ['an empty segment', { destinationAccount: 'test..bob' }, 'segment 2 is empty'],
    ['a slippage above 1', { slippage: 1.5 }, 'slippage must be less than one, got 1.5'],
    ['a slippage that is no number', { slippage: NaN }, 'slippage must be a finite number, 0 or more, got NaN'],
    ['a rate of 0', { exchangeRate: 0 }, 'exchangeRate must be above 0'],
    ['a negative rate', { exchangeRate: -1 }, 'exchangeRate must be a finite number, 0 or more, got -1'],
    ['a packet amount of 0', { maximumPacketAmount: '0' }, 'maximumPacketAmount must be at least 1, got 0'],
    ['a packet amount with a fraction', { maximumPacketAmount: '1.5' }, 'maximumPacketAmount must be a whole number'],
    ['no streams', { maxRemoteStreams: 0 }, 'maxRemoteStreams must be a positive whole number, got 0'],
    ['half a byte', { connectionBufferSize: 0.5 }, 'connectionBufferSize must be a positive whole number, got 0.5'],
    [
      'no precision',
      { minExchangeRatePrecision: 0 },
      'minExchangeRatePrecision must be a positive whole number, got 0',
    ],
    ['a negative timeout', { idleTimeout: -1 }, 'idleTimeout must be milliseconds, 0 or more, got -1'],
  ])('%s', async (_, opts, message) => {
    const { plugin, result } = connecting(opts)
    await expect(result).rejects.toThrow(message)
    await expect(result).rejects.toBeInstanceOf(InvalidArgumentError)
    expect(plugin.connections).toBe(0)
  })
})

test('no message repeats a secret', async () => {
  const secret = Buffer.from('a secret of a length that is wrong')
  const error: unknown = await connecting({ sharedSecret: secret }).result.catch((reason: unknown) => reason)
  expect(String(error)).not.toContain(secret.toString())
  expect(String(error)).not.toContain(secret.toString('hex'))
})

test('a server secret of a wrong length is refused at creation (F18)', () => {
  const { server: plugin } = pluginPair()
  expect(() => new Server({ plugin, serverSecret: Buffer.alloc(31) })).toThrow(
    'serverSecret must be a Buffer of 32 bytes, got 31 bytes',
  )
})

describe('when nobody answers', () => {
  /** A port at which nothing listens. */
  async function closedPort(): Promise<number> {
    const tcp = createTcpServer()
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
    const { port } = tcp.address() as AddressInfo
    await new Promise((resolve) => tcp.close(resolve))
    return port
  }

  test('at the port, createConnection and createServer say so', async () => {
    const server = `btp+ws://:secret@127.0.0.1:${await closedPort()}`
    const opts = { destinationAccount, sharedSecret, connectTimeout: 150 }
    const connection = createConnection({ plugin: new BtpPlugin({ server }), ...opts })
    await expect(connection).rejects.toBeInstanceOf(UplinkError)
    await expect(connection).rejects.toThrow(
      'The plugin could not connect within 150 ms. Is a connector listening at the host and port it was given',
    )
    await expect(createServer({ plugin: new BtpPlugin({ server }), connectTimeout: 150 })).rejects.toThrow(
      'The plugin could not connect within 150 ms',
    )
  })

  test('behind an open port, the plugin is given up too', async () => {
    const tcp = createTcpServer(() => {})
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void tcp.close())
    const { port } = tcp.address() as AddressInfo
    const plugin = new BtpPlugin({ server: `btp+ws://:secret@127.0.0.1:${port}` })
    const opts = { plugin, destinationAccount, sharedSecret, connectTimeout: 150 }
    await expect(createConnection(opts)).rejects.toThrow('The plugin could not connect within 150 ms')
  })

  test('a plugin that refuses to connect is quoted', async () => {
    const { client: plugin } = pluginPair()
    plugin.connect = async () => {
      throw new Error('wrong token')
    }
    const result = createConnection({ plugin, destinationAccount, sharedSecret })
    await expect(result).rejects.toThrow('The plugin could not connect: wrong token. Is a connector listening')
  })

  test('the connector does not tell our account', async () => {
    const { client: plugin } = pluginPair()
    plugin.sendData = () => new Promise(() => {})
    const result = createConnection({ plugin, destinationAccount, sharedSecret, connectTimeout: 20 })
    await expect(result).rejects.toBeInstanceOf(UplinkError)
    await expect(result).rejects.toThrow(
      'Could not learn our own ILP address from the connector behind the plugin (ILDCP): no answer within 20 ms',
    )
    expect(plugin.isConnected()).toBe(false)
  })
})

test('an address at which nobody listens gives an error, with the reject that came back', async () => {
  const { result } = connecting({})
  await expect(result).rejects.toThrow(
    'Error connecting: Unexpected error while sending packet. Code: F02, triggered by: test.connector, message: no data handler',
  )
})

describe('generateAddressAndSecret', () => {
  test('needs a server that listens', () => {
    const { server: plugin } = pluginPair()
    const server = new Server({ plugin })
    expect(() => server.generateAddressAndSecret()).toThrow('Server must be connected to generate address and secret')
    expect(() => server.assetCode).toThrow('Server must be connected to get asset code.')
    expect(() => server.assetScale).toThrow('Server must be connected to get asset scale.')
  })

  test('refuses a tag that is not ASCII, or that does not fit an ILP address (F15)', async () => {
    const server = await listening({ plugin: pluginPair().server })
    expect(() => server.generateAddressAndSecret('josé')).toThrow('connectionTag must be ASCII')
    expect(() => server.generateAddressAndSecret('x'.repeat(900))).toThrow(
      'connectionTag must have at most 400 characters, got 900',
    )
  })

  test('refuses a tag that fits a token but not below the account', async () => {
    const { server: plugin } = pluginPair()
    Object.assign(plugin, { address: `test.${'a'.repeat(900)}` })
    const server = await listening({ plugin })
    expect(() => server.generateAddressAndSecret('x'.repeat(100))).toThrow(
      'connectionTag is too long: the address would have',
    )
    expect(server.generateAddressAndSecret().destinationAccount.length).toBeLessThanOrEqual(1023)
  })

  test('refuses receipt keys that are not as they must be', async () => {
    const server = await listening({ plugin: pluginPair().server })
    const nonce = Buffer.alloc(16)
    const secret = Buffer.alloc(32)
    const accompany = 'receiptNonce and receiptSecret must accompany each other'
    expect(() => server.generateAddressAndSecret({ receiptNonce: nonce })).toThrow(accompany)
    expect(() => server.generateAddressAndSecret({ receiptSecret: secret, connectionTag: 'tag' })).toThrow(accompany)
    expect(() => server.generateAddressAndSecret({ receiptNonce: Buffer.alloc(15), receiptSecret: secret })).toThrow(
      'receiptNonce must be 16 bytes',
    )
    expect(() => server.generateAddressAndSecret({ receiptNonce: nonce, receiptSecret: Buffer.alloc(31) })).toThrow(
      'receiptSecret must be 32 bytes',
    )
  })
})
