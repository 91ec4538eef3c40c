import { Connection as CoreConnection, type ConnectionOptions as CoreOptions } from '@stream/connection'
import { packetProtection } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'
import { receiptIssuer } from '@stream/crypto/receipt'
import { assertIlpAddress } from '@stream/frames/ilp'
import { abortable } from './abortable.js'
import { systemClock } from './clock.js'
import {
  connectionMode,
  precisionDigits,
  requireSecret,
  sharedOptions,
  type ConnectionOpts,
} from './connection-options.js'
import { Connection } from './connection.js'
import { ConnectionDriver } from './driver.js'
import { InvalidArgumentError, messageOf } from './errors.js'
import { learnAccount, statedAccount } from './ildcp.js'
import { MoneyDecider } from './money-decider.js'
import type { ReceivingConnection, SendingConnection } from './one-sided.js'
import { freeAddress, pluginTransport } from './plugin-transport.js'
import { connectPlugin, DEFAULT_CONNECT_TIMEOUT, defaultPlugin } from './plugin.js'

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
  const { destinationAccount, connectTimeout = DEFAULT_CONNECT_TIMEOUT, shouldFulfill } = opts
  requireAddress(destinationAccount)
  const sharedSecret = requireSecret(opts.sharedSecret, 'sharedSecret')
  statedAccount(opts)
  const createReceipt = receiptsOf(opts)
  opts.signal?.throwIfAborted()
  const clock = systemClock()
  const options = sharedOptions(opts, 'client', clock)

  const plugin = opts.plugin ?? defaultPlugin()
  const release = await abortable(connectPlugin(plugin, connectTimeout), opts.signal, {
    leftOver: (connected) => void connected(),
  })
  try {
    const account = await abortable(learnAccount(plugin, opts), opts.signal)
    const transport = pluginTransport(plugin)
    const mode = connectionMode(opts.mode)
    // Whoever takes nothing needs no address, and does not stand in the way of others who receive through the plugin.
    const localAddress = mode === 'send' ? undefined : freeAddress(plugin, account.clientAddress)
    const core = new CoreConnection(
      {
        ...options,
        role: 'client',
        protection: packetProtection(nodeCrypto, sharedSecret),
        localAddress,
        createReceipt,
        peerAddress: destinationAccount,
        asset: { code: account.assetCode, scale: account.assetScale },
      },
      clock.now(),
    )
    const driver = new ConnectionDriver(core, transport, clock)
    const unsubscribe =
      localAddress === undefined
        ? undefined
        : transport.receive(localAddress, (prepare, answer) => {
            const isOurs = prepare.destination === localAddress
            if (isOurs) driver.receive(prepare, answer)
            return isOurs
          })
    const connection = new Connection({
      driver,
      account,
      mode,
      connectionTag: opts.connectionTag,
      precisionDigits: precisionDigits(opts),
      decider: shouldFulfill && new MoneyDecider(shouldFulfill, sharedSecret, opts.connectionTag),
      // In the next turn: the reply that told the peer so is still on its way to the plugin.
      onClosed: () =>
        void setImmediate(() => {
          unsubscribe?.()
          void release()
        }),
    })
    const knowsRate = opts.minimumExchangeRate !== undefined || opts.exchangeRate !== undefined
    if (opts.awaitConnection ?? (mode === 'receive' || !knowsRate)) await connection.connect({ signal: opts.signal })
    return connection
  } catch (error) {
    void release()
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
