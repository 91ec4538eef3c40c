import { Duplex, type DuplexOptions } from 'node:stream'
import { ErrorCode, errorCodeName, type StreamId } from '@stream/frames'
import type { AmountLike } from './amount.js'
import type { ConnectionDriver } from './driver.js'
import { ClosedError } from './errors.js'
import { emitSafely } from './events.js'
import { IncomingData } from './incoming-data.js'
import { lateDuplex } from './late-emitters.js'
import { logger } from './logger.js'
import { requireMode } from './mode.js'
import { HIGH_WATER_MARK, OutgoingData, type WriteCallback } from './outgoing-data.js'
import { StreamMoney } from './stream-money.js'
import type { StreamHandlers } from './stream-handlers.js'
import type { ReceiveOpts, SendOpts } from './wait-opts.js'

const log = logger('Stream')
const OPTIONS: DuplexOptions = {
  allowHalfOpen: false,
  readableHighWaterMark: HIGH_WATER_MARK,
  writableHighWaterMark: HIGH_WATER_MARK,
}

/**
 * One stream of a connection: a Node `Duplex` for data, with money beside it.
 *
 * Amounts are whole numbers of the asset's smallest unit (bigint, number, decimal string, `Long` or `BigNumber`): in our
 * own units on both sides, which are source units when we send. Totals are decimal strings.
 *
 * Events besides those of `Duplex`: `money` (amount: string, prepare), `outgoing_money` (amount: string),
 * `outgoing_total_sent`. An `error` that nobody listens for is not thrown. What handlers of the money events throw is
 * logged and changes nothing; handlers of Node's own events had better not throw, as with every `Duplex`.
 */
export class DataAndMoneyStream extends lateDuplex(OPTIONS) {
  /** Odd: opened by the client; even: by the server. */
  readonly id: number
  readonly #driver: ConnectionDriver
  readonly #money: StreamMoney
  #incoming: IncomingData | undefined
  #outgoing: OutgoingData | undefined
  #isCoreClosed = false
  #finish: WriteCallback | undefined
  #toldEnd = false
  #toldClose = false

  /** Streams come from `connection.createStream()` and from the `stream` event. */
  constructor(id: StreamId, driver: ConnectionDriver) {
    super()
    this.id = id
    this.#driver = driver
    this.#money = new StreamMoney(this, driver)
  }

  /** What only the connection may tell. @internal */
  static readonly handlers: StreamHandlers<DataAndMoneyStream> = {
    onReadable: (stream) => stream.#incoming?.pull(),
    onWritable: (stream) => stream.#outgoing?.pump(),
    onMoneySent: (stream, amount, receipt) => stream.#money.onSent(amount, receipt),
    onMoneyReceived: (stream, amount, total, prepare) => stream.#money.onReceived(amount, total, prepare),
    onClosed: (stream, by, errorCode, errorMessage) => stream.#onClosed(by, errorCode, errorMessage),
    setUnheard: (stream, isUnheard) => {
      stream.#reading().isUnheard = isUnheard
      if (!isUnheard && stream.#isCoreClosed) stream.#endReading()
    },
  }

  /** Sent so far. */
  get totalSent(): string {
    return this.#money.totalSent.toString()
  }
  /** Received so far. */
  get totalReceived(): string {
    return this.#money.totalReceived.toString()
  }
  /** Up to which total this stream sends; default 0. */
  get sendMax(): string {
    return this.#money.sendMax.toString()
  }
  /** Up to which total this stream lets itself be paid; default 0. */
  get receiveMax(): string {
    return this.#money.receiveMax.toString()
  }
  /** The receipt (RFC 0039, 58 bytes) for the largest total, if the receiver makes receipts. */
  get receipt(): Buffer | undefined {
    return this.#money.receipt
  }

  static {
    // What the core holds counts: of bytes that have arrived and were not read, of bytes written and not sent.
    // `Duplex` has accessors on its prototype, which its types call properties.
    const inNode = (stream: Duplex, name: string): number => Reflect.get(Duplex.prototype, name, stream)
    Object.defineProperties(this.prototype, {
      readableLength: {
        get(this: DataAndMoneyStream) {
          const unread = this.#driver.connection.readableBytes(this.id) ?? 0
          return inNode(this, 'readableLength') + unread
        },
      },
      writableLength: {
        get(this: DataAndMoneyStream) {
          const unsent = this.#driver.connection.unsentBytes(this.id) ?? 0
          return inNode(this, 'writableLength') - (this.#outgoing?.accepted ?? 0) + unsent
        },
      },
    })
  }

  /** Still open for sending and receiving. */
  isOpen(): boolean {
    return this.#money.isOpen
  }

  /**
   * Sets the total to send: absolute, so that `setSendMax(100)` twice sends 100.
   * @throws when the stream is closed, the amount is none, or less than what is sent and in flight; a
   *   `ConnectionModeError` when the connection only receives.
   */
  setSendMax(limit: AmountLike): void {
    this.#money.setSendMax(limit)
  }

  /**
   * Sets the total this stream lets itself be paid. It can only grow; `Infinity` is without limit.
   * @throws when the stream is closed, the amount is none, or lower than before; a `ConnectionModeError` when the
   *   connection only sends.
   */
  setReceiveMax(limit: AmountLike): void {
    this.#money.setReceiveMax(limit)
  }

  /** What the last receipt stated, or would have: `totalReceived` and the base. A server stores it to go on from it. */
  get receiptTotal(): string {
    return this.#money.receiptTotal.toString()
  }

  /**
   * Receipts of this stream (RFC 0039) count from this total: what it had received before the server restarted, or what
   * another process has. Set it before `receiveMax`, so that no receipt states less; `receiptBase` of the server does.
   * @throws when the stream is closed, the amount is none, or lower than before.
   */
  setReceiptBase(total: AmountLike): void {
    this.#money.setReceiptBase(total)
  }

  /** As `setReceiptBase`; a total that is not known yet keeps money out until it is. @internal */
  continueReceipts(find: () => AmountLike | PromiseLike<AmountLike>): void {
    this.#money.continueReceipts(find, (error) => this.destroy(error))
  }

  /**
   * Sets the total to send and resolves when it is sent. Rejects when the stream ends or fails before, or time is over;
   * then nothing more is sent than what is in flight.
   */
  sendTotal(limit: AmountLike, opts?: SendOpts): Promise<void> {
    return this.#money.sendTotal(limit, { timeout: opts?.timeout || undefined, signal: opts?.signal })
  }

  /** Sets the total to receive and resolves when it has arrived. Rejects when the stream ends or fails before, or time is over. */
  receiveTotal(limit: AmountLike, opts?: ReceiveOpts): Promise<void> {
    return this.#money.receiveTotal(limit, { timeout: opts?.timeout || undefined, signal: opts?.signal })
  }

  /** `await using stream = connection.createStream()` ends it at the end of the block, and waits until it has. */
  override async [Symbol.asyncDispose](): Promise<void> {
    await this.ended()
  }

  /** Ends the stream; resolves when it has sent what it had, or cannot any more. @internal */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      this.once('finish', resolve)
      this.once('close', resolve)
      if (this.writableFinished || this.destroyed) resolve()
      else this.end()
    })
  }

  /** As in `Writable`; a `ConnectionModeError` when the connection only receives, which leaves the stream as it is. */
  override write(chunk: unknown, callback?: WriteCallback): boolean
  override write(chunk: unknown, encoding: BufferEncoding, callback?: WriteCallback): boolean
  override write(
    chunk: unknown,
    encodingOrCallback?: BufferEncoding | WriteCallback,
    callback?: WriteCallback,
  ): boolean {
    requireMode(this.#driver.connection.config.mode, 'send', 'write')
    return super.write(chunk, encodingOrCallback as BufferEncoding, callback)
  }

  /** As in `Writable`; a `ConnectionModeError` for a last chunk when the connection only receives. */
  override end(callback?: () => void): this
  override end(chunk: unknown, callback?: () => void): this
  override end(chunk: unknown, encoding: BufferEncoding, callback?: () => void): this
  override end(chunk?: unknown, encodingOrCallback?: BufferEncoding | (() => void), callback?: () => void): this {
    const isData = chunk !== undefined && chunk !== null && typeof chunk !== 'function'
    if (isData) requireMode(this.#driver.connection.config.mode, 'send', 'write')
    return super.end(chunk, encodingOrCallback as BufferEncoding, callback)
  }

  // ── data out ──────────────────────────────────────────────────────────────────

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: WriteCallback): void {
    this.#written().write([chunk], callback)
  }

  override _writev(chunks: { chunk: Buffer }[], callback: WriteCallback): void {
    const buffers = chunks.map(({ chunk }) => chunk)
    this.#written().write(buffers, callback)
  }

  /** Many streams carry money only: made when something is written, or from here on may not be. */
  #written(): OutgoingData {
    return (this.#outgoing ??= new OutgoingData(this, this.#driver))
  }

  override _final(callback: WriteCallback): void {
    this.#finish = callback
    this.#outgoing?.flush()
    this.#tryFinish()
  }

  /** Everything that could leave has left. @internal */
  onDrained(): void {
    this.#outgoing?.settle()
    this.#tryFinish()
  }

  /** Ends when everything written has arrived, and the money has or is blocked by the peer. Then the peer hears of it. */
  #tryFinish(): void {
    const finish = this.#finish
    if (finish === undefined) return
    const isFlushed = this.#isCoreClosed || this.#driver.connection.streamStats(this.id)?.isFlushed !== false
    if (!isFlushed) return this.#driver.watch(this)
    this.#finish = undefined
    this.#money.close()
    finish()
    this.#endReading()
    // Behind our own `end`, so that it comes before the peer's.
    process.nextTick(() => this.#closeInCore())
  }

  // ── data in ───────────────────────────────────────────────────────────────────

  override _read(): void {
    this.#reading().want()
  }

  /** Made when somebody reads, or when the stream ends. */
  #reading(): IncomingData {
    return (this.#incoming ??= new IncomingData(this, this.#driver))
  }

  /** No more bytes will arrive. `end` follows the last one read, or comes at once when nobody is there to read. */
  #endReading(): void {
    if (this.readableEnded || this.destroyed) return
    this.#reading().end()
    if (this.readableLength === 0 || this.#hasReader() || this.#reading().isUnheard) return
    setImmediate(() => {
      if (this.#hasReader()) return
      if (!this.#toldEnd) emitSafely(this, log, 'end')
      emitSafely(this, log, 'close')
    })
  }

  #hasReader(): boolean {
    return this.readableFlowing !== null || this.listenerCount('readable') > 0
  }

  // ── the end ───────────────────────────────────────────────────────────────────

  #onClosed(by: 'local' | 'peer', errorCode: ErrorCode, errorMessage: string): void {
    this.#isCoreClosed = true
    if (by === 'local' || !this.isOpen()) return
    if (errorCode !== ErrorCode.NoError) {
      const error = new Error(errorMessage || `The peer closed the stream with ${errorCodeName(errorCode)}`)
      error.name = errorCodeName(errorCode)
      return void this.destroy(error)
    }
    this.#money.close()
    this.#written().abandon()
    this.#endReading()
    this.end()
  }

  override _destroy(error: Error | null, callback: WriteCallback): void {
    this.#money.close(error ?? undefined)
    // A write that came after the end is the caller's mistake; what was written before still goes.
    const isLateWrite = error !== null && 'code' in error && error.code === 'ERR_STREAM_WRITE_AFTER_END'
    this.#closeInCore(isLateWrite ? null : error)
    this.#written().abandon(error ?? new ClosedError('The stream was destroyed before this was sent'))
    callback(error)
  }

  #closeInCore(error: Error | null = null): void {
    if (this.#isCoreClosed) return
    this.#isCoreClosed = true
    const stats = this.#driver.connection.streamStats(this.id)
    if (stats === undefined) return
    this.#driver.run((connection) => {
      if (this.destroyed) connection.stopReading(this.id)
      connection.setSendMax(this.id, stats.sent + stats.held)
      if (error === null) connection.closeStream(this.id)
      else connection.closeStream(this.id, ErrorCode.ApplicationError, error.message)
    })
  }

  // ── events ────────────────────────────────────────────────────────────────────

  /**
   * `close` comes once, and after an `end`, also when the stream was destroyed. An `error` nobody listens for is logged
   * and does not end the process, since a peer can cause it.
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- the signature of EventEmitter
  override emit(event: string | symbol, ...args: any[]): boolean {
    switch (event) {
      case 'end':
        this.#toldEnd = true
        break
      case 'close':
        if (this.#toldClose) return false
        this.#toldClose = true
        if (!this.#toldEnd) this.emit('end')
        break
      case 'error':
        this.#money.onError(args[0])
        if (this.listenerCount('error') > 0) break
        log.error('stream %d: %s', this.id, args[0])
        return false
    }
    return super.emit(event, ...args)
  }
}
