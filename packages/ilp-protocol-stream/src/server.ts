import { EventEmitter } from 'node:events'
import { randomBytes } from 'node:crypto'
import { Endpoint, type Connection as CoreConnection } from '@stream/connection'
import { serverCredentials, type ServerCredentials } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'
import type { Duration } from '@stream/flow'
import { MAX_ADDRESS_LENGTH, type IlpPrepare, type IlpReject } from '@stream/frames/ilp'
import { abortable } from './abortable.js'
import { asBuffer } from './buffers.js'
import { systemClock } from './clock.js'
import { requireSecret, sharedOptions } from './connection-options.js'
import { partsFor, type ConnectionParts } from './connection-parts.js'
import { Connection } from './connection.js'
import { withDeadline } from './deadline.js'
import { ConnectionDriver } from './driver.js'
import { ClosedError, InvalidArgumentError } from './errors.js'
import { eachOf } from './event-iterator.js'
import { emitSafely, type Listens } from './events.js'
import { learnAccount, statedAccount, type Account } from './ildcp.js'
import { logger } from './logger.js'
import type { ReceivingConnection, SendingConnection } from './one-sided.js'
import { pluginTransport, type PluginTransport } from './plugin-transport.js'
import {
  tokenLimits,
  type AddressAndSecret,
  type GenerateAddressSecretOpts,
  type ServerOpts,
} from './server-options.js'
import { DEFAULT_CONNECT_TIMEOUT, defaultPlugin, type Plugin } from './plugin.js'
import type { Answer, Receiver } from './transport.js'
import type { WaitOpts } from './wait-opts.js'

/** Everything that exists only while the server listens. */
interface Listening {
  readonly account: Account
  readonly endpoint: Endpoint
  readonly transport: PluginTransport
  readonly receiver: Receiver
  /** For connections that need nothing of their own. */
  readonly parts: ConnectionParts<Connection>
}

/** What a server tells, with the arguments of the listeners. */
export interface ServerEvents {
  /** A client has shown up. Set up what it needs synchronously: its first packet is looked at in the next turn. */
  connection: [connection: Connection]
  /** A packet for one of the connections has come in. @internal */
  _incoming_prepare: []
  /** The server has closed. @internal */
  _close: []
}

const DEFAULT_DISCONNECT_DELAY: Duration = 100
/** How long `close` waits for handlers that decide over packets, and again for connections to end. */
const CLOSE_DEADLINE: Duration = 5_000

const log = logger('Server')

/**
 * Listens on one ILP account for any number of connections, each under an address and secret of its own.
 */
export class Server extends (EventEmitter as new () => Listens<ServerEvents>) {
  readonly #opts: ServerOpts
  readonly #plugin: Plugin
  readonly #credentials: ServerCredentials
  readonly #clock = systemClock()
  /** As long as the endpoint remembers a connection: a closed one still answers stragglers. */
  readonly #drivers = new WeakMap<CoreConnection, ConnectionDriver>()
  /** By connection the token that names it. */
  readonly #connections = new Map<Connection, string>()
  /**
   * Prepares of new connections wait for it: the `connection` handler may set up what it has to in one turn of the event
   * loop.
   */
  readonly #opening = new Map<ConnectionDriver, Promise<void>>()
  /** Packets that wait for their connection's answer. */
  #unanswered = 0
  #onAllAnswered: () => void = () => {}
  #listening: Listening | undefined
  #starting: Promise<void> | undefined
  #closing: Promise<void> | undefined

  /** @throws {InvalidArgumentError} for options that cannot work. */
  constructor(opts: ServerOpts = {}) {
    super()
    this.#opts = opts
    const secret = opts.serverSecret === undefined ? randomBytes(32) : requireSecret(opts.serverSecret, 'serverSecret')
    this.#credentials = serverCredentials(nodeCrypto, secret)
    sharedOptions(opts, 'server', this.#clock)
    statedAccount(opts)
    this.#plugin = opts.plugin ?? defaultPlugin()
  }

  /** Whether it can generate addresses and accept connections. */
  get connected(): boolean {
    return this.#listening !== undefined && !this.#closing
  }
  get assetCode(): string {
    return this.#require('get asset code.').account.assetCode
  }
  get assetScale(): number {
    return this.#require('get asset scale.').account.assetScale
  }

  /**
   * Connects the plugin and starts to accept connections; once, however often it is called. A `signal` that aborts only
   * ends the wait: `close` undoes what has begun.
   */
  listen({ signal }: WaitOpts = {}): Promise<void> {
    this.#starting ??= this.#listen().catch((error: unknown) => {
      this.#starting = undefined
      throw error
    })
    return abortable(this.#starting, signal)
  }

  async #listen(): Promise<void> {
    await this.#closing
    const { connectTimeout = DEFAULT_CONNECT_TIMEOUT } = this.#opts
    const plugin = this.#plugin
    const transport = pluginTransport(plugin)
    await transport.connect(connectTimeout)
    try {
      const account = await learnAccount(plugin, this.#opts)
      const options = sharedOptions(this.#opts, 'server', this.#clock)
      const asset = { code: account.assetCode, scale: account.assetScale }
      const endpoint = new Endpoint({
        crypto: nodeCrypto,
        credentials: this.#credentials,
        address: account.clientAddress,
        toEpoch: (at) => this.#clock.toEpoch(at),
        connectionOptions: () => ({ ...options, asset }),
      })
      const receiver: Receiver = {
        localAddress: account.clientAddress,
        onPrepare: (prepare, answer) => this.#receive(prepare, answer),
      }
      const parts: ConnectionParts<Connection> = {
        sourceAccount: account.clientAddress,
        onClosed: (connection) => this.#onClosed(endpoint, connection),
      }
      transport.receive(receiver)
      this.#listening = { account, endpoint, transport, receiver, parts }
    } catch (error) {
      void transport.release()
      throw error
    }
  }

  /** Resolves with the next connection; rejects when the server closes before. */
  async acceptConnection({ signal }: WaitOpts = {}): Promise<Connection> {
    signal?.throwIfAborted()
    await this.listen({ signal })
    return new Promise((resolve, reject) => {
      const settle = (connection?: Connection): void => {
        this.off('connection', settle)
        this.off('_close', settle)
        signal?.removeEventListener('abort', abort)
        if (connection) resolve(connection)
        else reject(signal?.aborted === true ? signal.reason : new ClosedError('server closed'))
      }
      const abort = (): void => settle()
      this.once('connection', settle)
      this.once('_close', settle)
      signal?.addEventListener('abort', abort)
    })
  }

  /** The connections from now on, until the server closes: `for await (const connection of server)`. */
  [Symbol.asyncIterator](): AsyncGenerator<Connection, void, void> {
    return eachOf(this, 'connection', '_close')
  }

  /** `await using server = await createServer(…)` closes it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /**
   * An address and secret for one client. Never give the same to two.
   *
   * @param opts A connection tag, or a tag, receipt key and limits.
   * @throws when the server does not listen, the tag does not fit, nonce and secret are not as they must be, or a limit is
   *   none.
   */
  generateAddressAndSecret(opts: string | GenerateAddressSecretOpts = {}): AddressAndSecret {
    const { account } = this.#require('generate address and secret')
    const contents = typeof opts === 'string' ? { connectionTag: opts } : opts
    const { token, sharedSecret } = this.#credentials.create({
      // Empty ones were always the same as none.
      connectionTag: contents.connectionTag || undefined,
      receiptNonce: contents.receiptNonce,
      receiptSecret: contents.receiptSecret,
      ...tokenLimits(contents),
    })
    const destinationAccount = `${account.clientAddress}.${token}`
    if (destinationAccount.length > MAX_ADDRESS_LENGTH) {
      throw new InvalidArgumentError(
        'connectionTag',
        `connectionTag is too long: the address would have ${destinationAccount.length} characters, an ILP address has ` +
          `at most ${MAX_ADDRESS_LENGTH}. Keep the data yourself and tag the connection with its key`,
      )
    }
    const receiptsEnabled = contents.receiptNonce !== undefined
    return { destinationAccount, sharedSecret: asBuffer(sharedSecret), receiptsEnabled }
  }

  /**
   * Ends all connections and disconnects the plugin. New packets are refused with T99 meanwhile. Handlers and peers that
   * do not answer are waited for, 5 seconds each, then left. A `signal` that aborts destroys the connections at once, and
   * the promise rejects with its reason; the plugin is disconnected all the same.
   */
  close({ signal }: WaitOpts = {}): Promise<void> {
    this.#closing ??= this.#close().finally(() => (this.#closing = undefined))
    const onAbort = (): void => {
      for (const connection of this.#connections.keys()) void connection.destroy()
    }
    return abortable(this.#closing, signal, { onAbort })
  }

  async #close(): Promise<void> {
    await this.#starting?.catch(() => undefined)
    const listening = this.#listening
    if (listening) {
      const late = (): Error => new Error('closed without waiting longer')
      await withDeadline(this.#allAnswered(), CLOSE_DEADLINE, late).catch(logged)
      await new Promise((resolve) => setTimeout(resolve, this.#opts.disconnectDelay || DEFAULT_DISCONNECT_DELAY))
      const ends = [...this.#connections.keys()].map((connection) => connection.end())
      await withDeadline(Promise.allSettled(ends), CLOSE_DEADLINE, late).catch(logged)
      for (const connection of this.#connections.keys()) void connection.destroy()
      listening.transport.stopReceiving(listening.receiver)
      await listening.transport.release()
      this.#listening = undefined
    }
    this.#starting = undefined
    this.#emitSafely('_close')
  }

  // ── packets ───────────────────────────────────────────────────────────────────

  #receive(prepare: IlpPrepare, answer: Answer): boolean {
    const isOurs = this.#route(prepare, answer)
    if (isOurs) this.#emitSafely('_incoming_prepare')
    return isOurs
  }

  #route(prepare: IlpPrepare, answer: Answer): boolean {
    if (this.#listening === undefined) return false
    const { account, endpoint } = this.#listening
    if (this.#closing) {
      answer(closingReject(account.clientAddress))
      return true
    }
    const now = this.#clock.now()
    const routed = endpoint.route(now, prepare)
    if ('reject' in routed) {
      if (routed.reject.code === 'F02') return false
      answer({ ...routed.reject, triggeredBy: account.clientAddress })
      return true
    }
    const driver = this.#drivers.get(routed.connection) ?? this.#serve(routed)
    const { plaintext } = routed
    const onAnswer = this.#counted(answer)
    const opening = this.#opening.size === 0 ? undefined : this.#opening.get(driver)
    if (opening === undefined) driver.receive(prepare, onAnswer, plaintext, now)
    else void opening.then(() => driver.receive(prepare, onAnswer, plaintext))
    return true
  }

  #counted(answer: Answer): Answer {
    this.#unanswered++
    return (reply) => {
      answer(reply)
      if (--this.#unanswered === 0) this.#onAllAnswered()
    }
  }

  #allAnswered(): Promise<void> {
    if (this.#unanswered === 0) return Promise.resolve()
    return new Promise((resolve) => (this.#onAllAnswered = resolve))
  }

  #serve({ connection: core, token, reading }: Extract<ReturnType<Endpoint['route']>, { token: string }>) {
    const { transport, parts } = this.#require('serve')
    const driver = new ConnectionDriver(core, transport, this.#clock)
    const connection = new Connection(driver, partsFor(reading, this.#opts, parts), reading.connectionTag)
    const ready = new Promise<void>((resolve) => setImmediate(resolve))
    this.#opening.set(
      driver,
      ready.then(() => void this.#opening.delete(driver)),
    )
    this.#drivers.set(core, driver)
    this.#connections.set(connection, token)
    this.#emitSafely('connection', connection)
    return driver
  }

  #onClosed(endpoint: Endpoint, connection: Connection): void {
    const token = this.#connections.get(connection)
    this.#connections.delete(connection)
    if (token !== undefined) endpoint.onClosed(this.#clock.now(), token)
  }

  #require(purpose: string): Listening {
    if (this.#listening && !this.#closing) return this.#listening
    throw new ClosedError(`Server must be connected to ${purpose}`)
  }

  #emitSafely<E extends keyof ServerEvents>(event: E, ...args: ServerEvents[E]): void {
    emitSafely(this, log, event, ...args)
  }
}

/** A server with `mode: 'send'`: its connections only send. */
export interface SendingServer extends Server {
  acceptConnection(opts?: WaitOpts): Promise<SendingConnection>
}

/** A server with `mode: 'receive'`: its connections only receive. */
export interface ReceivingServer extends Server {
  acceptConnection(opts?: WaitOpts): Promise<ReceivingConnection>
}

/** Creates a server that listens already. */
export function createServer(opts: ServerOpts & { mode: 'send' }): Promise<SendingServer>
export function createServer(opts: ServerOpts & { mode: 'receive' }): Promise<ReceivingServer>
export function createServer(opts?: ServerOpts): Promise<Server>
export async function createServer(opts: ServerOpts = {}): Promise<Server> {
  opts.signal?.throwIfAborted()
  const server = new Server(opts)
  await server.listen(opts).catch((error: unknown) => {
    if (opts.signal?.aborted === true) void server.close()
    throw error
  })
  return server
}

/** Temporary, so that clients come back; F02 would end their connections, F99 make them try again at once. */
function closingReject(triggeredBy: string): IlpReject {
  return { type: 'reject', code: 'T99', triggeredBy, message: 'Shutting down server', data: new Uint8Array(0) }
}

function logged(error: unknown): void {
  log.warn('closing the server: %s', error)
}
