/**
 * Chooses the amounts of unfulfillable packets that find the exchange rate (RFC 0029 section 3.4 allows them). Larger amounts show
 * more digits of the rate but lock more liquidity and may be refused, so the ladder is climbed only as far as the wanted
 * precision needs, and never above the caller's limit.
 *
 * Source units throughout, but for what is delivered.
 */

/** Sent at once: for most pairs of assets one of them suffices and costs no further round trip. */
const FIRST_ROUND = [1n, 1_000n, 1_000_000n] as const
/** For rates so low that the first round delivers too few digits. */
const LATER_ROUNDS = [1_000_000_000n, 1_000_000_000_000n] as const
/** Different amounts tried in all: enough to halve the way from the ladder's top to its foot. */
const MAX_TRIES = 15
/** Failures of one amount, on a path that can carry none, until it is given up. */
const MAX_FAILURES = 15
/** Failures of one amount, on a path that carries another, until a larger one is taken for too large. */
const FAILURES_OF_TOO_LARGE = 3

/** Nothing is kept while no probe is under way. */
const NONE: readonly never[] = []

export interface RateProbeOptions {
  /** No probe is larger. */
  readonly maxAmount: bigint
  /** Decimal digits that one delivered amount must have. */
  readonly precisionDigits: number
}

export class RateProbe {
  readonly #maxAmount: bigint
  readonly #precisionDigits: number
  #state: 'idle' | 'probing' | 'done' | 'failed' = 'idle'
  #waiting: readonly bigint[] = NONE
  #inFlight: readonly bigint[] = NONE
  #tried: readonly bigint[] = NONE
  /** Once for each time an amount failed. */
  #failures: readonly bigint[] = NONE
  #largestPassed = 0n
  #smallestRefused: bigint | undefined
  #stated: bigint | undefined
  #bestPrecision = 0
  /** Rounds that ended without a rate, and whether one of them met a temporary error. */
  failedRounds = 0
  sawTemporaryError = false

  constructor(options: RateProbeOptions) {
    this.#maxAmount = options.maxAmount
    this.#precisionDigits = options.precisionDigits
  }

  get state(): 'idle' | 'probing' | 'done' | 'failed' {
    return this.#state
  }

  /** The largest amount that reached the receiver, 0 for none. */
  get largestPassed(): bigint {
    return this.#largestPassed
  }

  /** Decimal digits of the largest amount delivered so far. */
  get bestPrecision(): number {
    return this.#bestPrecision
  }

  /** Somebody on the path, maybe not honest, has refused an amount above the largest that passed. */
  get isRefused(): boolean {
    return this.#smallestRefused !== undefined
  }

  /** The path's own maximum packet amount as far as F08 rejects told it; 0 when it carries nothing at all. */
  get pathMaximum(): bigint | undefined {
    return this.#stated
  }

  /** Starts, or starts again with nothing known. */
  start(): void {
    this.#state = 'probing'
    this.#inFlight = this.#tried = this.#failures = NONE
    this.#largestPassed = 0n
    this.#smallestRefused = undefined
    this.#stated = undefined
    this.#bestPrecision = 0
    this.#waiting = this.#capped(FIRST_ROUND)
    this.#settle()
  }

  /** The next amount to send now; `undefined` when a reply must come first or nothing is left to try. */
  next(): bigint | undefined {
    if (this.#state !== 'probing') return undefined
    const [amount, ...rest] = this.#waiting
    if (amount === undefined) return undefined
    this.#waiting = rest
    this.#inFlight = [...this.#inFlight, amount]
    if (!this.#tried.includes(amount)) this.#tried = [...this.#tried, amount]
    return amount
  }

  /** @param delivered destination units, authenticated */
  onDelivered(amount: bigint, delivered: bigint): void {
    this.#onAnswer(amount)
    if (amount > this.#largestPassed) this.#largestPassed = amount
    const digits = delivered > 0n ? delivered.toString().length : 0
    if (digits > this.#bestPrecision) this.#bestPrecision = digits
    // What passed is proof, a refusal is hearsay: forget refusals it contradicts.
    if (this.#smallestRefused !== undefined && this.#smallestRefused <= amount) this.#smallestRefused = undefined
    if (this.#stated !== undefined && this.#stated < amount) this.#stated = undefined
    this.#settle()
  }

  /**
   * @param maximum what the F08 states, scaled to our units; `undefined` when it states nothing
   */
  onTooLarge(amount: bigint, maximum: bigint | undefined): void {
    this.#onAnswer(amount)
    this.#refuse(amount)
    const isCredible = maximum !== undefined && maximum < amount && maximum >= this.#largestPassed
    if (isCredible && (this.#stated === undefined || maximum < this.#stated)) this.#stated = maximum
    this.#settle()
  }

  /** Any other failure. The amount may be due again at the next `next()`: how soon that is called is the caller's pace. */
  onFailed(amount: bigint): void {
    this.#onAnswer(amount)
    this.#failures = [...this.#failures, amount]
    const failures = this.#failures.filter((failed) => failed === amount).length
    if (failures >= FAILURES_OF_TOO_LARGE && this.#largestPassed > 0n) this.#refuse(amount)
    else if (failures < MAX_FAILURES && !this.#waiting.includes(amount)) this.#waiting = [...this.#waiting, amount]
    this.#settle()
  }

  #onAnswer(amount: bigint): void {
    this.#inFlight = this.#inFlight.filter((other) => other !== amount)
  }

  #refuse(amount: bigint): void {
    if (amount <= this.#largestPassed) return
    if (this.#smallestRefused === undefined || amount < this.#smallestRefused) this.#smallestRefused = amount
  }

  /** Draws the conclusion from what is known: done, failed, or another amount to try. */
  #settle(): void {
    if (this.#state !== 'probing') return
    if (this.#bestPrecision >= this.#precisionDigits) {
      this.#state = 'done'
      this.#waiting = this.#inFlight = this.#tried = this.#failures = NONE
      return
    }
    const refused = this.#smallestRefused
    const isUseful = (amount: bigint) => amount > this.#largestPassed && (refused === undefined || amount < refused)
    this.#waiting = this.#waiting.filter(isUseful)
    const candidate = this.#candidate()
    if (candidate !== undefined) this.#waiting = [...this.#waiting, candidate]
    if (this.#waiting.length === 0 && this.#inFlight.length === 0) this.#state = 'failed'
  }

  #candidate(): bigint | undefined {
    if (this.#tried.length >= MAX_TRIES) return undefined
    const stated = this.#stated
    if (stated !== undefined && this.#isNew(stated) && stated > this.#largestPassed) return stated
    const refused = this.#smallestRefused
    if (refused === undefined) return this.#nextRung()
    // Halving blindly while smaller amounts may still answer would waste tries.
    if (this.#inFlight.length > 0 || this.#waiting.length > 0 || stated === this.#largestPassed) return undefined
    const middle = between(this.#largestPassed, refused)
    return this.#isNew(middle) && middle > this.#largestPassed ? middle : undefined
  }

  /** Only when the top of the rungs tried so far passed, so that each rung is known to be needed. */
  #nextRung(): bigint | undefined {
    const largestTried = this.#tried.reduce((largest, amount) => (amount > largest ? amount : largest), 0n)
    if (this.#waiting.length > 0 || largestTried > this.#largestPassed) return undefined
    return this.#capped(LATER_ROUNDS).find((amount) => amount > largestTried && this.#isNew(amount))
  }

  #isNew(amount: bigint): boolean {
    return !this.#tried.includes(amount) && !this.#waiting.includes(amount)
  }

  #capped(rungs: readonly bigint[]): bigint[] {
    const amounts = rungs.map((rung) => (rung < this.#maxAmount ? rung : this.#maxAmount))
    return [...new Set(amounts)].filter((amount) => amount > 0n)
  }
}

/** Between two amounts by magnitude when they are far apart, else halfway. */
function between(low: bigint, high: bigint): bigint {
  const from = low > 0n ? low : 1n
  const shift = (high.toString(2).length - from.toString(2).length) >> 1
  return shift > 0 ? from << BigInt(shift) : (low + high) / 2n
}
