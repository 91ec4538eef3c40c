import { MAX_UINT64 } from '@stream/frames'
import { LimitSync } from '@stream/flow'
import { assertUint64, StreamError } from '../errors.js'
import { minus, plus } from '../sums.js'
import type { Ratio } from '../path/ratio.js'
import { multiplyFloor } from '../path/ratio.js'

/** The incoming money of one stream, in our units: limit, total, and what undecided packets have reserved. */
export class MoneyReceiver {
  #received = 0n
  #reserved = 0n
  #receiptBase = 0n
  /** `receiveMax` with the tolerance. */
  #limit = 0n
  /** `receiveMax`, which the peer must come to know (RFC 0029, 5.3.9). Nothing is accepted until it is raised. */
  readonly limit = new LimitSync<bigint>(0n)

  constructor(private readonly tolerance: Ratio) {}

  get receiveMax(): bigint {
    return this.limit.value
  }
  get received(): bigint {
    return this.#received
  }

  setReceiveMax(amount: bigint): void {
    assertUint64('receiveMax', amount)
    if (amount < this.limit.value) {
      throw new StreamError(
        'ReceiveMaxTooLow',
        `receiveMax ${amount} is below the ${this.limit.value} that the peer was told; a limit can only grow`,
      )
    }
    this.limit.raise(amount)
    const accepted = plus(multiplyFloor(amount, this.tolerance), amount)
    this.#limit = accepted < MAX_UINT64 ? accepted : MAX_UINT64
  }

  /** Receipts state this much more than the stream has received. It can only grow: whoever verifies compares totals. */
  setReceiptBase(amount: bigint): void {
    assertUint64('receiptBase', amount)
    if (amount < this.#receiptBase) {
      const why = 'receipts must not state less than before'
      throw new StreamError('ReceiptBaseTooLow', `receiptBase ${amount} is below ${this.#receiptBase}; ${why}`)
    }
    this.#receiptBase = amount
  }

  /** What a receipt states when the stream has received `total` (RFC 0039), at most 2^64 - 1. */
  receiptTotal(total = this.#received): bigint {
    const sum = this.#receiptBase + total
    return sum < MAX_UINT64 ? sum : MAX_UINT64
  }

  /** What can still be accepted. */
  get room(): bigint {
    const used = plus(this.#reserved, this.#received)
    return this.#limit > used ? this.#limit - used : 0n
  }

  /** Keeps room for a packet that is not decided yet, so that packets decided side by side cannot exceed the limit. */
  reserve(amount: bigint): void {
    this.#reserved = plus(this.#reserved, amount)
  }

  release(amount: bigint): void {
    this.#reserved = minus(this.#reserved, amount)
  }

  /** A packet is fulfilled for which there was room. Cannot fail. */
  credit(amount: bigint): void {
    this.#received = plus(this.#received, amount)
  }
}
