import {
  ratio,
  StreamTable,
  type CloseReason,
  type ConnectionConfig,
  type ConnectionEvent,
  type ConnectionFigures,
  type ConnectionStats,
  type Ratio,
} from '@stream/connection'
import { ErrorCode } from '@stream/frames'
import { abortable } from './abortable.js'
import { closeError } from './close-error.js'
import { ConnectionEnd } from './connection-end.js'
import type { ConnectionParts } from './connection-parts.js'
import { DataAndMoneyStream } from './data-and-money-stream.js'
import { formatRatio } from './decimal.js'
import type { ConnectionDriver, DriverListener } from './driver.js'
import { ClosedError, ConnectionError, messageOf } from './errors.js'
import { eachOf } from './event-iterator.js'
import { emitSafely, onFirstListener } from './events.js'
import { lateEmitter } from './late-emitters.js'
import { logger } from './logger.js'
import type { WaitOpts } from './wait-opts.js'

/** What a connection tells, with the arguments of the listeners. */
export interface ConnectionEvents {
  connect: []
  /** The peer opened a stream. */
  stream: [stream: DataAndMoneyStream]
  /** It ended as it should. */
  end: []
  /** It did not; nothing is thrown when nobody listens. */
  error: [error: Error]
  /** The last of all. */
  close: []
}

const log = logger('Connection')
const { handlers } = DataAndMoneyStream

/**
 * A connection between a client and a server: money and data both ways, on any number of streams.
 *
 * Handlers that throw change nothing, and an `error` nobody listens for is not thrown.
 */
export class Connection extends lateEmitter<ConnectionEvents>() {
  /** At the server what it put into the address it handed out, at the client its own option. */
  readonly connectionTag?: string
  readonly #driver: ConnectionDriver
  readonly #parts: ConnectionParts<Connection>
  readonly #streams = new StreamTable<DataAndMoneyStream>()
  #unheardStreams: DataAndMoneyStream[] | undefined
  /** Whoever waits for the beginning, or for an end before it. */
  #connecting: (() => void)[] | undefined
  #isEstablished = false
  #lastRate: Ratio | undefined
  #end: ConnectionEnd | undefined

  /** Connections come from `createConnection()` and from the server's `connection` event. */
  constructor(driver: ConnectionDriver, parts: ConnectionParts<Connection>, connectionTag?: string) {
    super()
    this.#driver = driver
    this.#parts = parts
    if (connectionTag !== undefined) this.connectionTag = connectionTag
    driver.start(this, Connection.#listener)
  }

  static readonly #listener: DriverListener<Connection> = {
    onEvent: (connection, event) => connection.#onEvent(event),
    onFault: (connection, error) => connection.#onFault(error),
  }

  // ── what it is ────────────────────────────────────────────────────────────────

  /** The peer's ILP address; servers learn it from the first packets. */
  get destinationAccount(): string | undefined {
    return this.#figures().peerAddress
  }
  get destinationAssetCode(): string | undefined {
    return this.#figures().peerAsset?.code
  }
  get destinationAssetScale(): number | undefined {
    return this.#figures().peerAsset?.scale
  }
  /** Our own ILP address, as the connector gave it. Empty for a client that only sends and has stated its asset alone. */
  get sourceAccount(): string {
    return this.#parts.sourceAccount
  }
  get sourceAssetCode(): string {
    return this.#config().asset.code
  }
  get sourceAssetScale(): number {
    return this.#config().asset.scale
  }
  /** Destination units per source unit that every packet must deliver at least; `'0'` while no rate is known. */
  get minimumAcceptableExchangeRate(): string {
    const { minimumRate } = this.#figures()
    return minimumRate ? formatRatio(minimumRate) : '0'
  }
  /** What the last fulfilled packet delivered per source unit; `'0'` before the first. */
  get lastPacketExchangeRate(): string {
    return this.#lastRate ? formatRatio(this.#lastRate) : '0'
  }
  /** Sent on all streams, in our units: also what is fulfilled after the end, of which no event or stream tells. */
  get totalSent(): string {
    return this.#figures().totalSent.toString()
  }
  /** What the peer received of it, in its units. */
  get totalDelivered(): string {
    return this.#figures().totalDelivered.toString()
  }
  /** Received on all streams, in our units. */
  get totalReceived(): string {
    return this.#figures().totalReceived.toString()
  }

  /**
   * Figures of this moment, amounts as `bigint`: totals, packets in flight, sent, fulfilled and rejected, round-trip time
   * in milliseconds, bounds of the exchange rate, and the congestion controller's own (`congestion`).
   */
  stats(): ConnectionStats {
    return this.#driver.connection.stats()
  }

  #figures(): ConnectionFigures {
    return this.#driver.connection.figures()
  }

  #config(): ConnectionConfig {
    return this.#driver.connection.config
  }

  // ── commands ──────────────────────────────────────────────────────────────────

  /**
   * Resolves when the peer has answered and, for a client, the exchange rate is known. Rejects when it ends before.
   * A `signal` that aborts destroys the connection; the promise rejects with its reason.
   */
  async connect({ signal }: WaitOpts = {}): Promise<void> {
    if (this.#isEstablished) return
    const abort = (): void => void this.destroy()
    if (signal?.aborted === true) abort()
    signal?.addEventListener('abort', abort)
    await this.#connected(signal).finally(() => signal?.removeEventListener('abort', abort))
  }

  #connected(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        const error = this.#end?.error
        if (signal?.aborted === true) reject(signal.reason)
        else if (this.#isEstablished) resolve()
        else if (error) reject(new Error(`Error connecting: ${error.message}`, { cause: error }))
        else reject(new ClosedError('Connection was closed before it was connected'))
      }
      if (this.#end?.isOver === true) settle()
      else (this.#connecting ??= []).push(settle)
    })
  }

  /** Made with the first word of an end. */
  #theEnd(): ConnectionEnd {
    return (this.#end ??= new ConnectionEnd())
  }

  /** The core has closed: nothing can be commanded any more. */
  #hasClosed(): boolean {
    return this.#end?.reason !== undefined
  }

  /**
   * A new stream. The peer hears of it with the first money, data or limit it carries.
   * @throws when the peer's limit of open streams is reached, or the connection is closed.
   */
  createStream(): DataAndMoneyStream {
    if (this.#hasClosed() || this.#end?.ending) {
      throw new ClosedError('Cannot create a stream: the connection is closed. Create a new connection')
    }
    const id = this.#driver.run((connection) => connection.openStream())
    if (id === undefined) {
      throw new Error("Creating another stream would exceed the remote connection's maximum number of open streams")
    }
    return this.#addStream(id)
  }

  /**
   * Ends all streams, which send what they still have, then the connection. Resolves when the peer knows.
   * Rejects when the connection fails on the way. A `signal` that aborts destroys it; the promise rejects with its reason.
   */
  end({ signal }: WaitOpts = {}): Promise<void> {
    const ending = (this.#theEnd().ending ??= this.#endStreamsFirst(this.#theEnd()))
    return abortable(ending, signal, { onAbort: () => void this.destroy() })
  }

  async #endStreamsFirst(end: ConnectionEnd): Promise<void> {
    if (this.#hasClosed()) return
    const streamsEnded = [...this.#streams].map((stream) => stream.ended())
    await Promise.race([Promise.all(streamsEnded), end.untilOver()])
    this.#driver.run((connection) => connection.close())
    await end.untilOver()
    if (end.error) throw end.error
  }

  /**
   * Closes the connection and all its streams at once. The peer is told `error`: with the code of a `ConnectionError`,
   * else as an internal error. Resolves when the peer knows, or cannot be reached; never rejects.
   */
  async destroy(error?: Error): Promise<void> {
    if (this.#hasClosed()) return
    log.debug('destroying connection: %s', error)
    this.#theEnd().isDestroyed = true
    if (error) this.#fail(error)
    for (const stream of this.#streams) stream.destroy()
    const told = error ?? new ConnectionError('Connection destroyed', ErrorCode.ApplicationError)
    const code = told instanceof ConnectionError ? told.streamErrorCode : ErrorCode.InternalError
    this.#driver.run((connection) => connection.close(code, told.message))
    await this.#theEnd().untilOver()
  }

  /** The peer's streams, until the connection has closed: `for await (const stream of connection)`. Throws its `error`. */
  [Symbol.asyncIterator](): AsyncGenerator<DataAndMoneyStream, void, void> {
    if (this.#hasClosed()) return nothing()
    return eachOf(this, 'stream', 'close')
  }

  /** `await using connection = await createConnection(…)` ends it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.end()
  }

  // ── what the core tells ───────────────────────────────────────────────────────

  #onEvent(event: ConnectionEvent): void {
    const stream = 'streamId' in event ? this.#streams.get(event.streamId) : undefined
    switch (event.type) {
      case 'established':
        this.#isEstablished = true
        this.#emitSafely('connect')
        return this.#settleConnecting()
      case 'streamOpened':
        return this.#announceStream(this.#addStream(event.streamId))
      case 'moneyOffered':
        return this.#parts.decider?.decide(this.#driver, event)
      case 'closed':
        return this.#onClosed(event.reason)
      case 'readable':
        return stream && handlers.onReadable(stream)
      case 'writable':
        return stream && handlers.onWritable(stream)
      case 'moneySent':
        this.#lastRate = ratio(event.delivered, event.amount)
        return stream && handlers.onMoneySent(stream, event.amount, event.receipt)
      case 'moneyReceived':
        return stream && handlers.onMoneyReceived(stream, event.amount, event.total, this.#driver.prepareOf(event.id))
      case 'streamClosed':
        this.#forgetStream(event.streamId, stream)
        return stream && handlers.onClosed(stream, event.by, event.errorCode, event.errorMessage)
    }
  }

  #forgetStream(id: number, stream: DataAndMoneyStream | undefined): void {
    this.#streams.delete(id)
    // Unread bytes keep its place among the peer's streams, which bounds how many wait to be heard of.
    const isHopeless = (unheard: DataAndMoneyStream): boolean => unheard === stream && unheard.readableLength === 0
    if (this.#unheardStreams?.some(isHopeless) !== true) return
    this.#unheardStreams = this.#unheardStreams.filter((unheard) => !isHopeless(unheard))
  }

  /** The peer may open a stream before the program has its hands on the connection: then the first listener hears of it. */
  #announceStream(stream: DataAndMoneyStream): void {
    if (this.listenerCount('stream') > 0) return this.#emitSafely('stream', stream)
    handlers.setUnheard(stream, true)
    if (this.#unheardStreams !== undefined) return void this.#unheardStreams.push(stream)
    this.#unheardStreams = [stream]
    onFirstListener(this, 'stream', () => {
      const unheardStreams = this.#unheardStreams ?? []
      this.#unheardStreams = undefined
      for (const unheard of unheardStreams) {
        if (unheard.destroyed) continue // by an error of the peer, say: there is nothing to be read
        this.#emitSafely('stream', unheard)
        handlers.setUnheard(unheard, false)
      }
    })
  }

  #addStream(id: number): DataAndMoneyStream {
    const stream = new DataAndMoneyStream(id, this.#driver)
    this.#streams.add(stream)
    const { receiptBase } = this.#parts
    if (receiptBase) stream.continueReceipts(() => receiptBase(id))
    return stream
  }

  #onClosed(reason: CloseReason): void {
    const end = this.#theEnd()
    end.reason = reason
    const isOwnDoing = end.isDestroyed && reason.by === 'local'
    const error = isOwnDoing ? undefined : closeError(reason, this.#config().exchangeRate.precisionDigits)
    if (error) this.#fail(error)
    const isClean = !error && !end.isDestroyed
    const streams = [...this.#streams]
    this.#streams.clear()
    for (const stream of streams) {
      handlers.onClosed(stream, isClean ? 'peer' : 'local', ErrorCode.NoError, '')
      if (!isClean) stream.destroy()
    }
    if (isClean) this.#emitSafely('end')
    this.#emitSafely('close')
    end.onOver()
    this.#settleConnecting()
    this.#parts.onClosed(this)
  }

  #settleConnecting(): void {
    for (const settle of this.#connecting ?? []) settle()
    this.#connecting = undefined
  }

  #onFault(fault: unknown): void {
    if (this.#hasClosed()) return
    this.#fail(fault instanceof Error ? fault : new Error(messageOf(fault)))
    this.#onClosed({ by: 'local', errorCode: ErrorCode.InternalError, errorMessage: messageOf(fault) })
  }

  /** The first error counts: what follows is its consequence. */
  #fail(error: Error): void {
    if (this.#theEnd().error) return
    this.#theEnd().error = error
    log.debug('connection error: %s', error)
    if (this.listenerCount('error') > 0) this.#emitSafely('error', error)
  }

  #emitSafely<E extends keyof ConnectionEvents>(event: E, ...args: ConnectionEvents[E]): void {
    emitSafely(this, log, event, ...args)
  }
}

async function* nothing(): AsyncGenerator<never, void, void> {}
