import { MAX_UINT64 } from '@stream/frames'
import { LimitSync } from '@stream/flow'
import { assertUint64, StreamError } from '../errors.js'
import { minus, plus } from '../sums.js'
import type { MoneyHold } from '../packet/packet-builder.js'
import type { ExchangeRate } from '../path/exchange-rate.js'

/**
 * The outgoing money of one stream: what the application wants to send, what has been sent, what is held by packets
 * in flight, and what the peer lets us send. `sendMax`, `sent` and `held` in source units, the rest in the peer's.
 */
export class MoneySender {
  #sendMax = 0n
  #sent = 0n
  /** Sent, or held by packets in flight. */
  #committed = 0n
  #isGivenUp = false
  #delivered = 0n
  /** Assumed unlimited until the peer says otherwise, as every implementation does. */
  #peerReceiveMax: bigint | undefined
  #peerReceived = 0n
  /** The most that the packets in flight may deliver. */
  #mayDeliver = 0n
  #receipt: Uint8Array | undefined
  #blocked: LimitSync<bigint> | undefined

  /** Tells the peer how much we would like to send (RFC 0029, 5.3.10). */
  get blocked(): LimitSync<bigint> {
    return (this.#blocked ??= new LimitSync<bigint>(0n))
  }
  get owesBlocked(): boolean {
    return this.#blocked !== undefined && this.#blocked.owed
  }
  get sendMax(): bigint {
    return this.#sendMax
  }
  get sent(): bigint {
    return this.#sent
  }
  get held(): bigint {
    return this.#committed - this.#sent
  }
  get holdsMoney(): boolean {
    return this.#committed > this.#sent
  }
  get delivered(): bigint {
    return this.#delivered
  }
  get receipt(): Uint8Array | undefined {
    return this.#receipt
  }
  /** `undefined` until the peer told. */
  get peerReceiveMax(): bigint | undefined {
    return this.#peerReceiveMax
  }

  /** Neither sent nor in flight. */
  get remaining(): bigint {
    return this.hasRemaining ? minus(this.#sendMax, this.#committed) : 0n
  }
  /** Asked several times for each packet, which then need not make a number. */
  get hasRemaining(): boolean {
    return !this.#isGivenUp && this.#sendMax > this.#committed
  }

  setSendMax(amount: bigint): void {
    assertUint64('sendMax', amount)
    const committed = this.#committed
    if (amount < committed) {
      throw new StreamError(
        'SendMaxTooLow',
        `sendMax ${amount} is below the ${committed} units that are sent (${this.#sent}) or in flight (${this.held}); ` +
          `give at least ${committed}`,
      )
    }
    this.#sendMax = amount
  }

  /** Give up what was never sent; what is in flight still counts, but is not sent again should it come back. */
  discardUnsent(): void {
    this.#sendMax = this.#committed
    this.#isGivenUp = true
  }

  /** The peer's word (RFC 0029, 5.3.9). The first receiveMax counts as it is, a later one only when it is larger. */
  onPeerLimit(receiveMax: bigint, totalReceived: bigint): void {
    if (this.#peerReceiveMax === undefined || receiveMax > this.#peerReceiveMax) this.#peerReceiveMax = receiveMax
    if (totalReceived > this.#peerReceived) this.#peerReceived = totalReceived
  }

  /** What the peer surely still accepts, in its units, whatever the packets in flight deliver. */
  get room(): bigint {
    const limit = this.#peerReceiveMax ?? MAX_UINT64
    const used = this.#peerReceived + this.#mayDeliver
    return limit > used ? limit - used : 0n
  }

  #isUnlimited(): boolean {
    return (this.#peerReceiveMax ?? MAX_UINT64) === MAX_UINT64
  }

  /** Source units that may go now without ever delivering more than the peer accepts. */
  available(rate: ExchangeRate): bigint {
    const remaining = this.remaining
    if (remaining === 0n || this.#isUnlimited()) return remaining
    const most = rate.maxSource(this.room)
    return most < remaining ? most : remaining
  }

  /** The peer accepts nothing more, even when all in flight is settled. */
  get isBlocked(): boolean {
    return this.#mayDeliver === 0n && this.hasRemaining && this.room === 0n
  }

  /** The peer's limit keeps back some of what is to be sent. */
  isKept(rate: ExchangeRate): boolean {
    return this.hasRemaining && !this.holdsMoney && this.available(rate) < this.remaining
  }

  hold(amount: bigint, rate: ExchangeRate): MoneyHold {
    const mayDeliver = rate.maxDelivered(amount)
    this.#committed = plus(this.#committed, amount)
    this.#mayDeliver += mayDeliver
    return new Hold(this, amount, mayDeliver)
  }

  /** What `hold` held is held no longer. */
  release(amount: bigint, mayDeliver: bigint): void {
    this.#committed = minus(this.#committed, amount)
    this.#mayDeliver = minus(this.#mayDeliver, mayDeliver)
  }

  /** What `hold` held is spent. */
  spend(amount: bigint, mayDeliver: bigint, delivered: bigint): void {
    this.#mayDeliver = minus(this.#mayDeliver, mayDeliver)
    this.#add(amount, delivered)
  }

  /** Spent, though its money had been released because the Fulfill was late. */
  book(amount: bigint, delivered: bigint): void {
    this.#committed = plus(this.#committed, amount)
    this.#add(amount, delivered)
  }

  #add(amount: bigint, delivered: bigint): void {
    this.#sent = plus(this.#sent, amount)
    this.#delivered = plus(this.#delivered, delivered)
    if (this.#delivered > MAX_UINT64) this.#delivered = MAX_UINT64
    if (this.#delivered > this.#peerReceived) this.#peerReceived = this.#delivered
  }

  /** Replies come out of order: the receipt that counts is the one with the largest total. */
  onReceipt(receipt: Uint8Array): void {
    if (this.#receipt === undefined || totalOf(receipt) >= totalOf(this.#receipt)) this.#receipt = receipt
  }
}

class Hold implements MoneyHold {
  constructor(
    private readonly sender: MoneySender,
    private readonly amount: bigint,
    private readonly mayDeliver: bigint,
  ) {}

  onFulfilled(delivered: bigint): void {
    this.sender.spend(this.amount, this.mayDeliver, delivered)
  }

  onReleased(): void {
    this.sender.release(this.amount, this.mayDeliver)
  }
}

/** A receipt's totalReceived: the u64 behind version, nonce and stream id (RFC 0039). */
function totalOf(receipt: Uint8Array): bigint {
  return receipt.subarray(18, 26).reduce((total, byte) => (total << 8n) | BigInt(byte), 0n)
}
