import type { EventEmitter } from 'node:events'
import type { StreamStats } from '@stream/connection'
import type { StreamId } from '@stream/frames'
import type { IlpPrepare } from '@stream/frames/ilp'
import { parseAmount, parseLimit, type AmountLike } from './amount.js'
import { asBuffer } from './buffers.js'
import type { ConnectionDriver } from './driver.js'
import { ClosedError, InvalidArgumentError, messageOf } from './errors.js'
import { emitSafely } from './events.js'
import { logger } from './logger.js'
import { requireMode } from './mode.js'
import { publicPrepare } from './public-packets.js'
import { TotalWaiters, type Patience } from './total-waiters.js'

const log = logger('Stream')

/** Whose money it is; its listeners hear of it. */
interface MoneyStream extends EventEmitter {
  readonly id: StreamId
}

/** The money of one stream as its application sees it: limits, totals, and the promises about them. */
export class StreamMoney {
  /** Source units. */
  totalSent = 0n
  sendMax = 0n
  /** Our units. */
  totalReceived = 0n
  receiveMax = 0n
  receipt: Buffer | undefined
  #receiptBase = 0n
  #awaitsReceiptBase = false
  #isOpen = true
  readonly #driver: ConnectionDriver
  readonly #stream: MoneyStream
  /** Only while somebody waits. */
  #sending: TotalWaiters | undefined
  #receiving: TotalWaiters | undefined

  constructor(stream: MoneyStream, driver: ConnectionDriver) {
    this.#stream = stream
    this.#driver = driver
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  setSendMax(limit: AmountLike): void {
    this.#requireMode('send', 'set sendMax')
    this.#requireOpen()
    const sendMax = parseAmount(limit, 'sendMax')
    if (sendMax < this.totalSent) {
      throw new InvalidArgumentError('sendMax', 'Cannot set sendMax lower than the totalSent')
    }
    if (sendMax < this.#committed()) {
      throw new InvalidArgumentError(
        'sendMax',
        `Cannot set sendMax lower than the totalSent (${this.totalSent}) and what is in flight ` +
          `(${this.#committed() - this.totalSent}): give at least ${this.#committed()}`,
      )
    }
    this.#applySendMax(sendMax)
  }

  setReceiveMax(limit: AmountLike): void {
    this.#requireMode('receive', 'set receiveMax')
    this.#requireOpen()
    const receiveMax = parseLimit(limit, 'receiveMax')
    if (receiveMax < this.totalReceived) {
      throw new InvalidArgumentError('receiveMax', 'Cannot set receiveMax lower than the totalReceived')
    }
    if (receiveMax < this.receiveMax) {
      throw new InvalidArgumentError('receiveMax', 'Cannot decrease the receiveMax')
    }
    if (!this.#awaitsReceiptBase) this.#applyReceiveMax(receiveMax)
    this.receiveMax = receiveMax
  }

  /** What the last receipt stated, or would have. */
  get receiptTotal(): bigint {
    return this.#receiptBase + this.totalReceived
  }

  setReceiptBase(total: AmountLike): void {
    this.#requireOpen()
    const base = parseAmount(total, 'receiptBase')
    if (base < this.#receiptBase) {
      throw new InvalidArgumentError('receiptBase', 'Cannot decrease the receiptBase: receipts must not state less')
    }
    this.#driver.run((connection) => connection.setReceiptBase(this.#stream.id, base))
    this.#receiptBase = base
  }

  /** A base that is not known yet keeps money out until it is. Without one the stream is of no use: `onFailed`. */
  continueReceipts(find: () => AmountLike | PromiseLike<AmountLike>, onFailed: (error: Error) => void): void {
    this.#awaitsReceiptBase = true
    const settle = (total: AmountLike): void => {
      if (!this.#isOpen) return
      this.setReceiptBase(total)
      this.#awaitsReceiptBase = false
      if (this.receiveMax > 0n) this.#applyReceiveMax(this.receiveMax)
    }
    const fail = (cause: unknown): void =>
      onFailed(new Error(`The base of the stream's receipts could not be found: ${messageOf(cause)}`, { cause }))
    try {
      const base = find()
      // At once where it can be: then the packet that opened the stream is paid.
      if (isPromise(base)) base.then(settle).then(undefined, fail)
      else settle(base)
    } catch (error) {
      fail(error)
    }
  }

  #applyReceiveMax(receiveMax: bigint): void {
    this.#driver.run((connection) => connection.setReceiveMax(this.#stream.id, receiveMax))
  }

  async sendTotal(limit: AmountLike, patience: Patience): Promise<void> {
    this.#requireMode('send', 'send money')
    const target = parseAmount(limit, 'sendMax')
    if (this.totalSent >= target) return
    this.#requireOpen()
    patience.signal?.throwIfAborted()
    const committed = this.#committed()
    this.#applySendMax(target > committed ? target : committed)
    this.#sending ??= new TotalWaiters('sent', this)
    await this.#sending.wait(target, patience, () => this.#stopSending(target))
  }

  async receiveTotal(limit: AmountLike, patience: Patience): Promise<void> {
    this.#requireMode('receive', 'receive money')
    const target = parseLimit(limit, 'receiveMax')
    if (this.totalReceived >= target) return
    patience.signal?.throwIfAborted()
    this.setReceiveMax(target)
    this.#receiving ??= new TotalWaiters('received', this)
    await this.#receiving.wait(target, patience)
  }

  onSent(amount: bigint, receipt: Uint8Array | undefined): void {
    this.totalSent += amount
    if (receipt !== undefined) this.receipt = asBuffer(this.#stats()?.receipt ?? receipt)
    if (this.#isHeard('outgoing_money')) this.#emit('outgoing_money', amount.toString())
    this.#sending?.onProgress()
    if (this.#sending?.isEmpty === true) this.#sending = undefined
    if (this.totalSent >= this.sendMax) this.#emit('outgoing_total_sent')
  }

  /** `total`: the core's own, for a sum would be another object. */
  onReceived(amount: bigint, total: bigint, prepare: IlpPrepare | undefined): void {
    this.totalReceived = total
    if (this.#isHeard('money')) this.#emit('money', amount.toString(), prepare && publicPrepare(prepare))
    this.#receiving?.onProgress()
    if (this.#receiving?.isEmpty === true) this.#receiving = undefined
  }

  /** Arguments are made when somebody listens: packets are many, and mostly nobody does. */
  #isHeard(event: string): boolean {
    return this.#stream.listenerCount(event) > 0
  }

  #emit(event: string, ...args: unknown[]): void {
    emitSafely(this.#stream, log, event, ...args)
  }

  /** Whoever waits for a total hears of an error; the stream may still be open. */
  onError(error: unknown): void {
    this.#sending?.onError(error)
    this.#receiving?.onError(error)
  }

  close(error?: Error): void {
    this.#isOpen = false
    if (error !== undefined) return this.onError(error)
    this.#sending?.onClosed()
    this.#receiving?.onClosed()
  }

  /** Sent or in flight, by the books of the core: what was sent may not have been told yet. */
  #committed(): bigint {
    const stats = this.#stats()
    return stats === undefined ? this.totalSent : stats.sent + stats.held
  }

  #applySendMax(sendMax: bigint): void {
    this.#driver.run((connection) => connection.setSendMax(this.#stream.id, sendMax))
    this.sendMax = sendMax
  }

  /** The caller was told that the money did not go, so it does not go later. */
  #stopSending(target: bigint): void {
    if (this.#isOpen && this.sendMax === target) this.#applySendMax(this.#committed())
  }

  /** `undefined`: the core has forgotten the stream. */
  #stats(): StreamStats | undefined {
    return this.#driver.connection.streamStats(this.#stream.id)
  }

  #requireMode(direction: 'send' | 'receive', what: string): void {
    requireMode(this.#driver.connection.config.mode, direction, what)
  }

  #requireOpen(): void {
    if (!this.#isOpen) throw new ClosedError('Stream already closed')
  }
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | undefined)?.then === 'function'
}
