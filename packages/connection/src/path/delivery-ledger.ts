/**
 * Keeps one promise: over the whole connection, at every moment, delivered >= ceil(minimum rate × sent) − 1 destination unit.
 *
 * Every packet demands its amount times the minimum rate, rounded up, so a connector cannot keep the fractions of many
 * small packets. Only the last packet of a stream may lose one unit to rounding, for otherwise most totals could never be
 * sent to the end; and since there can be many last packets, all of them together share that one unit.
 */
import { MAX_UINT64 } from '@stream/frames'
import type { Instant } from '@stream/flow'
import { minus, plus } from '../sums.js'
import { ceilAt, floorAt, largestDeliverable, smallestDeliverable } from './deliverable-amount.js'
import type { Line } from './deliverable-amount.js'
import type { ExchangeRate, RateBounds } from './exchange-rate.js'
import type { Ratio } from './ratio.js'
import { RefusedRest } from './refused-rest.js'

export interface PlannedDelivery {
  /** Source units to put into the packet. */
  readonly amount: bigint
  /** Destination units the receiver must see, or reject. */
  readonly minimum: bigint
}

/**
 * What does not depend on what remains. With so many packets to come, multiples of the chosen amount are deliverable,
 * so that a rest that can be delivered lies within two packets of the end, and more than one packet is left.
 */
interface UsualDelivery {
  readonly limit: bigint
  readonly bounds: RateBounds | undefined
  readonly roundingLoss: bigint
  /** Holds when more than this remains. */
  readonly rest: bigint
  readonly plan: PlannedDelivery
}

const FAR_FROM_THE_END = 3n

const ONE_UNIT: Line = { slope: 0n, offset: 1n, divisor: 1n }
/** Attempts to leave a rest that can still be delivered. With any slippage worth the name the first or second succeeds. */
const MAX_SPLITS = 8

export class DeliveryLedger {
  readonly #rate: ExchangeRate
  #sent = 0n
  #delivered = 0n
  /** What the packets in flight may fall short of the minimum rate, in units of 1/denominator of that rate. */
  #mayFallShort = 0n
  /** The amount and minimum of a packet far from the end of its stream. */
  #usual: UsualDelivery | undefined
  #refusedRest: RefusedRest | undefined

  constructor(rate: ExchangeRate) {
    this.#rate = rate
  }

  /** Source units of fulfilled packets. */
  get sent(): bigint {
    return this.#sent
  }

  /** Destination units of fulfilled packets, as the receiver reported them. */
  get delivered(): bigint {
    return this.#delivered
  }

  /**
   * Decides amount and minimum of the next paying packet of a stream. A number of steps logarithmic in the amounts.
   *
   * @param remaining source units the stream still wants to send, without those in flight
   * @param limit the most this packet may carry, source units
   * @returns `undefined` when nothing can be sent now that keeps the promise: the rate is unknown or too low, or the amount
   *   is too small to deliver a whole unit
   */
  plan(remaining: bigint, limit: bigint): PlannedDelivery | undefined {
    const minimumRate = this.#rate.minimum
    if (minimumRate === undefined) return undefined
    const { bounds, roundingLoss } = this.#rate
    const usual = this.#usual
    if (usual !== undefined && usual.bounds === bounds && usual.roundingLoss === roundingLoss) {
      if (usual.limit === limit && usual.rest < remaining) return usual.plan
    }
    const cap = smaller(limit, largestWithMinimum(minimumRate))
    const plan = this.#plan(minimumRate, remaining, cap)
    const rest = cap * FAR_FROM_THE_END
    if (plan !== undefined && remaining > rest) this.#usual = { limit, bounds, roundingLoss, rest, plan }
    return plan
  }

  #plan(minimumRate: Ratio, remaining: bigint, cap: bigint): PlannedDelivery | undefined {
    const most = smaller(remaining, cap)
    if (most <= 0n) return undefined
    if (remaining <= cap && this.#isHopeless(remaining)) return undefined
    const isNearTheEnd = remaining <= cap * FAR_FROM_THE_END
    // The caller gave up rate protection.
    if (minimumRate.numerator === 0n) return { amount: most, minimum: 0n }
    const normal = normalLine(minimumRate)
    const final = this.#finalLine(minimumRate)

    for (const delivery of this.#deliveryLines()) {
      const amount = delivery === undefined ? most : chooseAmount(remaining, cap, { normal, final, delivery })
      if (amount === undefined || (isNearTheEnd && this.#isHopeless(amount))) continue
      return { amount, minimum: amount === remaining ? minimumOf(final, amount) : minimumOf(normal, amount) }
    }
    return undefined
  }

  /** A packet left. A late Fulfill of a released packet is booked by `onSent` and `onFulfilled` in turn. */
  onSent(amount: bigint, minimum: bigint): void {
    this.#mayFallShort += this.#shortfall(amount, minimum)
  }

  /** @param delivered destination units; the minimum when the reply did not tell */
  onFulfilled(amount: bigint, minimum: bigint, delivered: bigint): void {
    this.onReleased(amount, minimum)
    this.#refusedRest?.onFulfilled(amount)
    this.#sent = plus(this.#sent, amount)
    this.#delivered = plus(this.#delivered, delivered)
  }

  /** No money moved. */
  onReleased(amount: bigint, minimum: bigint): void {
    this.#mayFallShort = minus(this.#mayFallShort, this.#shortfall(amount, minimum))
  }

  /** The receiver has refused an amount for `missing` destination units; see `RefusedRest`. */
  onRefused(now: Instant, amount: bigint, missing: bigint, sentAt: Instant): void {
    this.#refusedRest ??= new RefusedRest()
    this.#refusedRest.onRefused(now, amount, missing, sentAt)
  }

  /** Nothing is known of a new path. */
  onPathChanged(): void {
    this.#refusedRest = undefined
  }

  #isHopeless(amount: bigint): boolean {
    return this.#refusedRest?.isHopeless(amount) === true
  }

  /**
   * The smallest amount of a packet, not the last of its stream, that may deliver its minimum: no path limit below it is
   * worth following. While bounds are unknown, what the minimum rate turns into one unit. `undefined` while the minimum is
   * unknown and when the rate is too low for any amount.
   */
  smallestDeliverable(): bigint | undefined {
    const minimumRate = this.#rate.minimum
    if (minimumRate === undefined) return undefined
    const { numerator, denominator } = minimumRate
    if (numerator === 0n) return 1n
    const loosest = this.#deliveryLines().at(-1)
    if (loosest === undefined) return (denominator + numerator - 1n) / numerator
    return smallestDeliverable(normalLine(minimumRate), loosest, 1n)
  }

  /**
   * What an amount delivers: first surely, then, for when nothing is sure, possibly. A possibility that fails is a sample
   * that rules itself out. `undefined` while nothing is known: a rate the caller only assumes may turn out better.
   */
  #deliveryLines(): (Line | undefined)[] {
    const { bounds, roundingLoss } = this.#rate
    if (bounds === undefined) return [undefined]
    const { lower, upper } = bounds
    const sure: Line = {
      slope: lower.numerator,
      offset: -roundingLoss * lower.denominator,
      divisor: lower.denominator,
    }
    // Once several hops are known to round, the upper bound no longer says what a small amount may deliver.
    if (roundingLoss > 0n) return [sure]
    const possible: Line = { slope: upper.numerator, offset: -1n, divisor: upper.denominator }
    return this.#rate.isAssumed ? [sure, possible, undefined] : [sure, possible]
  }

  /** What the last packet of a stream must deliver: one unit less, as far as that unit is not lost already. */
  #finalLine({ numerator, denominator }: Ratio): Line {
    const behind = numerator * this.#sent - denominator * this.#delivered + this.#mayFallShort
    const spent = behind < 0n ? 0n : behind < denominator ? behind : denominator
    return { slope: numerator, offset: spent - denominator, divisor: denominator }
  }

  /** At worst: a packet in flight may be the only one that is fulfilled, so surpluses of others do not count. */
  #shortfall(amount: bigint, minimum: bigint): bigint {
    const rate = this.#rate.minimum
    if (rate === undefined) return 0n
    const shortfall = rate.numerator * amount - rate.denominator * minimum
    return shortfall > 0n ? shortfall : 0n
  }
}

interface DeliveryTerms {
  /** What a packet must deliver that is not the last of its stream. */
  readonly normal: Line
  /** What the last packet of a stream must deliver. */
  readonly final: Line
  /** What an amount is trusted to deliver. */
  readonly delivery: Line
}

/** The largest deliverable amount within `cap` that leaves a deliverable rest, or else the largest. */
function chooseAmount(remaining: bigint, cap: bigint, terms: DeliveryTerms): bigint | undefined {
  const { normal, final, delivery } = terms
  const canComplete = isDeliverable(final, delivery, remaining)
  if (canComplete && remaining <= cap) return remaining
  const goal = canComplete ? remaining : largestDeliverable(normal, delivery, remaining)
  if (goal === undefined || goal <= cap) return goal

  const largest = largestDeliverable(normal, delivery, cap)
  const restLine = canComplete ? final : normal
  let amount = largest
  for (let split = 0; split < MAX_SPLITS && amount !== undefined; split++) {
    const rest = goal - amount
    if (rest > cap || isDeliverable(restLine, delivery, rest)) return amount
    const nextRest = smallestPaying(restLine, delivery, rest + 1n)
    amount = nextRest === undefined ? undefined : largestDeliverable(normal, delivery, goal - nextRest)
  }
  return largest
}

function normalLine({ numerator, denominator }: Ratio): Line {
  return { slope: numerator, offset: 0n, divisor: denominator }
}

/** Never 0: a packet that pays must deliver something. */
function minimumOf(line: Line, amount: bigint): bigint {
  const minimum = ceilAt(line, amount)
  return minimum > 1n ? minimum : 1n
}

/** The largest amount whose minimum an ILP packet can deliver and a STREAM packet can state. */
function largestWithMinimum({ numerator, denominator }: Ratio): bigint {
  return numerator === 0n ? MAX_UINT64 : (MAX_UINT64 * denominator) / numerator
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)

function isDeliverable(line: Line, delivery: Line, amount: bigint): boolean {
  return minimumOf(line, amount) <= floorAt(delivery, amount)
}

function smallestPaying(line: Line, delivery: Line, from: bigint): bigint | undefined {
  const first = smallestDeliverable(ONE_UNIT, delivery, from)
  return first === undefined ? undefined : smallestDeliverable(line, delivery, first)
}
