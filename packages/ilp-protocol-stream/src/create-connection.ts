import { Connection as CoreConnection, type ConnectionOptions as CoreOptions } from '@stream/connection'
import { packetProtection } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'
import { receiptIssuer } from '@stream/crypto/receipt'
import { assertIlpAddress } from '@stream/frames/ilp'
import { abortable } from './abortable.js'
import { ClientEnd } from './client-end.js'
import { systemClock } from './clock.js'
import { connectionMode, requireSecret, sharedOptions, type ConnectionOpts } from './connection-options.js'
import { Connection } from './connection.js'
import { ConnectionDriver } from './driver.js'
import { InvalidArgumentError, messageOf } from './errors.js'
import { learnAccount, statedAccount, type Account } from './ildcp.js'
import { MoneyDecider } from './money-decider.js'
import type { ReceivingConnection, SendingConnection } from './one-sided.js'
import { pluginTransport, type PluginTransport } from './plugin-transport.js'
import { DEFAULT_CONNECT_TIMEOUT, defaultPlugin, type Plugin } from './plugin.js'

export interface CreateConnectionOpts extends ConnectionOpts {
  /** The server's ILP address for this connection, as the server generated it. */
  destinationAccount: string
  /** The 32 bytes that came with it. */
  sharedSecret: Uint8Array
  /**
   * Wait until the server has answered and the rate is known. Default: only when there is a rate to learn, that is
   * without `minimumExchangeRate` and without `exchangeRate`. `false` resolves before a packet has left, so that the first
   * money can leave in the first packet. A server that cannot be reached is then an `error` of the connection.
   */
  awaitConnection?: boolean | undefined
  /** Gives up: what has begun is ended, and the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined
}

/**
 * Connects to a server. Resolves when the server has answered and the exchange rate is known; with a rate or a floor of
 * the caller's, as soon as we know our own account (see `awaitConnection`).
 *
 * @throws {InvalidArgumentError} for options that cannot work, before anything is sent.
 * @throws {UplinkError} when the plugin or the connector behind it does not answer.
 * @throws `Error connecting: …` when the server cannot be reached or the rate not be found.
 */
export function createConnection(opts: CreateConnectionOpts & { mode: 'send' }): Promise<SendingConnection>
export function createConnection(opts: CreateConnectionOpts & { mode: 'receive' }): Promise<ReceivingConnection>
export function createConnection(opts: CreateConnectionOpts): Promise<Connection>
export async function createConnection(opts: CreateConnectionOpts): Promise<Connection> {
  const { destinationAccount, shouldFulfill, connectionTag, signal } = opts
  requireAddress(destinationAccount)
  const sharedSecret = requireSecret(opts.sharedSecret, 'sharedSecret')
  statedAccount(opts)
  const createReceipt = receiptsOf(opts)
  signal?.throwIfAborted()
  const clock = systemClock()
  const options = sharedOptions(opts, 'client', clock)
  const mode = connectionMode(opts.mode)

  const plugin = opts.plugin ?? defaultPlugin()
  const transport = pluginTransport(plugin)
  const account = await accountBehind(plugin, transport, opts)
  const localAddress = transport.freeAddress(account.clientAddress)
  const decider = shouldFulfill && new MoneyDecider(shouldFulfill, sharedSecret, connectionTag)
  const end = new ClientEnd(transport, account.clientAddress, localAddress, decider)
  try {
    // Whoever takes nothing needs no address, and does not stand in the way of others who receive through the plugin.
    const isReachable = mode !== 'send'
    const core = new CoreConnection(
      {
        ...options,
        role: 'client',
        protection: packetProtection(nodeCrypto, sharedSecret),
        localAddress: isReachable ? localAddress : undefined,
        createReceipt,
        peerAddress: destinationAccount,
        asset: { code: account.assetCode, scale: account.assetScale },
      },
      clock.now(),
    )
    end.driver = new ConnectionDriver(core, transport, clock)
    if (isReachable) transport.receive(end)
    const connection = new Connection(end.driver, end, connectionTag)
    const knowsRate = opts.minimumExchangeRate !== undefined || opts.exchangeRate !== undefined
    if (opts.awaitConnection ?? (mode === 'receive' || !knowsRate)) await connection.connect({ signal })
    return connection
  } catch (error) {
    end.release()
    throw error
  }
}

/** Connects the plugin, and leaves it connected when it can be told who we are. */
async function accountBehind(plugin: Plugin, transport: PluginTransport, opts: CreateConnectionOpts): Promise<Account> {
  const { connectTimeout = DEFAULT_CONNECT_TIMEOUT, signal } = opts
  await abortable(transport.connect(connectTimeout), signal, { leftOver: () => void transport.release() })
  try {
    return await abortable(learnAccount(plugin, opts), signal)
  } catch (error) {
    void transport.release()
    throw error
  }
}

/** For money that the server pays back to us. */
function receiptsOf({ receiptNonce: nonce, receiptSecret: secret }: ConnectionOpts): CoreOptions['createReceipt'] {
  if (nonce !== undefined && secret !== undefined) return receiptIssuer(nodeCrypto, { nonce, secret })
  if (nonce === undefined && secret === undefined) return undefined
  throw new InvalidArgumentError('receiptNonce', 'receiptNonce and receiptSecret must accompany each other')
}

function requireAddress(address: string): void {
  try {
    assertIlpAddress(address)
  } catch (error) {
    throw new InvalidArgumentError(
      'destinationAccount',
      `destinationAccount: ${messageOf(error)}. Pass on the address exactly as the server generated it`,
    )
  }
}
