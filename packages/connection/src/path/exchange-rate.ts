/**
 * What one source unit is worth at the destination, in destination units.
 *
 * Connectors round down, so one authenticated reply proves an interval and not a number: `delivered` out of `sent` means
 * delivered/sent <= rate < (delivered + 1)/sent. Samples are intersected; one that cannot come from the same rate
 * replaces what was known. Every conversion is rounded so that it cannot promise too much.
 */
import { compareRatios, divideFloor, multiplyCeil, multiplyFloor, multiplyRatios, subtractFromOne } from './ratio.js'
import type { Ratio } from './ratio.js'

/** `lower <= rate < upper`. */
export interface RateBounds {
  readonly lower: Ratio
  readonly upper: Ratio
}

export interface ExchangeRateOptions {
  /** Least acceptable rate, set by the caller. Neither samples nor `establish()` change it. */
  readonly minimum?: Ratio | undefined
  /** A rate known beforehand: no probing is needed to start. */
  readonly fixed?: Ratio | undefined
  /** Part of the fixed or probed rate that may be lost, 0 to 1. */
  readonly slippage: Ratio
}

const MAX_UINT64 = 2n ** 64n - 1n

export class ExchangeRate {
  readonly #fixed: RateBounds | undefined
  readonly #options: ExchangeRateOptions
  #bounds: RateBounds | undefined
  #minimum: Ratio | undefined
  #lastPacketRate: Ratio | undefined
  /** The bounds hold what the last packet showed. */
  #isLastCounted = false
  #roundingLoss = 0n

  /** @throws RangeError when the slippage is above one. */
  constructor(options: ExchangeRateOptions) {
    this.#options = options
    this.#fixed = options.fixed && exactly(options.fixed)
    this.#bounds = this.#fixed
    const afterSlippage = subtractFromOne(options.slippage)
    this.#minimum = options.minimum ?? (options.fixed && multiplyRatios(options.fixed, afterSlippage))
  }

  get bounds(): RateBounds | undefined {
    return this.#bounds
  }

  /** The bounds are the caller's word, which no reply has confirmed or refuted yet. */
  get isAssumed(): boolean {
    return this.#fixed !== undefined && this.#bounds === this.#fixed
  }

  /** Least acceptable rate. It never changes once it is known. */
  get minimum(): Ratio | undefined {
    return this.#minimum
  }

  /** `delivered / sent` of the latest sample. */
  get lastPacketRate(): Ratio | undefined {
    return this.#lastPacketRate
  }

  /**
   * Destination units (0 or 1) that small amounts are known to lose beyond one rounding, because more than one hop rounds.
   */
  get roundingLoss(): bigint {
    return this.#roundingLoss
  }

  /**
   * @param sent source units, more than zero
   * @param delivered destination units, from an authenticated reply only: a connector can write any other
   */
  sample(sent: bigint, delivered: bigint): void {
    if (sent <= 0n || delivered < 0n) return
    const last = this.#lastPacketRate
    // Most are like the one before, and what says nothing new must cost nothing.
    if (this.#isLastCounted && last?.numerator === delivered && last.denominator === sent) return
    this.#isLastCounted = true
    const lower: Ratio = { numerator: delivered, denominator: sent }
    const upper: Ratio = { numerator: delivered + 1n, denominator: sent }
    this.#lastPacketRate = lower
    const bounds = this.#bounds
    if (bounds === undefined || !isConsistent(bounds, sent, delivered)) return this.#replace({ lower, upper })

    const raises = compareRatios(lower, bounds.lower) > 0
    const lowers = compareRatios(upper, bounds.upper) < 0
    if (!raises && !lowers && !this.isAssumed) return
    const tightened: RateBounds = { lower: raises ? lower : bounds.lower, upper: lowers ? upper : bounds.upper }
    if (compareRatios(tightened.lower, tightened.upper) < 0) this.#bounds = tightened
    else if (isWiderThanOneUnit(bounds, sent)) this.#replace({ lower, upper })
    else if (delivered < multiplyFloor(sent, bounds.lower)) this.#roundingLoss = 1n
  }

  /** Fixes the minimum to what is known now less slippage. Without effect when it is already fixed or nothing is known. */
  establish(): void {
    if (this.#bounds === undefined) return
    this.#minimum ??= multiplyRatios(this.#bounds.lower, subtractFromOne(this.#options.slippage))
  }

  /** The path changed: bounds go back to the fixed rate or to unknown. The minimum stays. */
  reset(): void {
    this.#bounds = this.#fixed
    this.#isLastCounted = false
    this.#roundingLoss = 0n
  }

  /** The most that `amount` source units may deliver; 2^64 − 1 while nothing is known. */
  maxDelivered(amount: bigint): bigint {
    if (amount <= 0n) return 0n
    if (this.#bounds === undefined) return MAX_UINT64
    return multiplyCeil(amount, this.#bounds.upper) - 1n
  }

  /**
   * The most source units that surely deliver at most `room` destination units. Nothing fits into no room, even where
   * rounding would make a small amount vanish. 2^64 − 1 while nothing is known: then the receiver's refusal is the limit.
   */
  maxSource(room: bigint): bigint {
    if (room <= 0n) return 0n
    if (this.#bounds === undefined) return MAX_UINT64
    // The upper bound is exclusive: without the added unit the last one of a receiver's room could never be sent.
    const amount = divideFloor(room + 1n, this.#bounds.upper)
    return amount < MAX_UINT64 ? amount : MAX_UINT64
  }

  #replace(bounds: RateBounds): void {
    this.#bounds = bounds
    this.#roundingLoss = 0n
  }
}

/** Every hop rounds, so the same rate may deliver one unit less than a single rounding would. */
function isConsistent(bounds: RateBounds, sent: bigint, delivered: bigint): boolean {
  return delivered >= multiplyFloor(sent, bounds.lower) - 1n && delivered <= multiplyFloor(sent, bounds.upper)
}

/** Whether a sample of this size says more than the bounds do. */
function isWiderThanOneUnit({ lower, upper }: RateBounds, sent: bigint): boolean {
  const width = upper.numerator * lower.denominator - lower.numerator * upper.denominator
  return width * sent >= upper.denominator * lower.denominator
}

/** Bounds so narrow that they convert every 64-bit amount as the rate itself does. */
function exactly(rate: Ratio): RateBounds {
  const upper: Ratio = {
    numerator: (rate.numerator << 64n) + 1n,
    denominator: rate.denominator << 64n,
  }
  return { lower: rate, upper }
}
