import type { Ratio } from '@stream/connection'
import type { Duration, Instant } from '@stream/flow'
import {
  encodeAmountTooLarge,
  isValidIlpAddress,
  type IlpAddress,
  type IlpPrepare,
  type IlpReject,
  type IlpReply,
} from '@stream/frames/ilp'
import {
  ConnectorAccount,
  type AccountId,
  type AccountLimits,
  type AccountOptions,
  type AccountStats,
} from './connector-account.js'
import { SimulatorError } from './errors.js'
import { checkRatio, convertFloor, unitRate, type Asset } from './exchange.js'
import { RoutingTable } from './routing-table.js'
import { TimedQueue } from './timed-queue.js'

/** The caller's name for a Prepare it handed in; its reply carries it. */
export type RequestId = number
/** The connector's name for a Prepare it sent on; whoever answers names it. */
export type ForwardId = number

/** What one whole of `from` costs in wholes of `to` at `now`; the connector sees to scales and fee. */
export type Price = (from: Asset, to: Asset, now: Instant) => Ratio

export interface ConnectorOptions {
  /** Its own ILP address; `triggeredBy` of its Rejects. */
  readonly address: IlpAddress
  /** A fixed price, or one that depends on assets and time. Default 1: only scales count. */
  readonly price?: Ratio | Price
  /** The part of every packet the connector keeps, below 1. Default 0. */
  readonly fee?: Ratio
  /** Milliseconds taken off `expiresAt` at this hop, so that a Fulfill can still travel back. Default 1000. */
  readonly expiryMargin?: Duration
  /** Milliseconds a Prepare may await its reply at most, whatever the sender asked. Default 30 000. */
  readonly maxHoldTime?: Duration
  /** With it, a Fulfill whose preimage is wrong becomes a Reject F05, as connectors do. Default: not checked. */
  readonly sha256?: (data: Uint8Array) => Uint8Array
}

export type ConnectorOutput =
  | { readonly type: 'prepare'; readonly id: ForwardId; readonly account: AccountId; readonly prepare: IlpPrepare }
  | { readonly type: 'reply'; readonly id: RequestId; readonly account: AccountId; readonly reply: IlpReply }
  | { readonly type: 'timeout'; readonly at: Instant | undefined }

export interface ConnectorStats {
  readonly accounts: Readonly<Record<AccountId, AccountStats>>
  /** Prepares sent on whose reply is awaited. */
  readonly inFlight: number
  /** Replies that came after the Prepare had expired, or that nobody had asked for. */
  readonly lateReplies: number
}

interface InFlight {
  readonly requestId: RequestId
  readonly from: ConnectorAccount
  readonly to: ConnectorAccount
  readonly amountIn: bigint
  readonly amountOut: bigint
  readonly condition: Uint8Array
  readonly expiresAt: Instant
}

const MAX_UINT64 = 2n ** 64n - 1n
const NO_DATA = new Uint8Array(0)
const ONE: Ratio = { numerator: 1n, denominator: 1n }
const NOTHING: Ratio = { numerator: 0n, denominator: 1n }

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

/**
 * One Interledger connector: routes, exchanges, limits, expires. No IO and no clock of its own: `now` is passed in, in milliseconds
 * on whatever clock `expiresAt` is written in. After every change call `pollOutput` until it says `timeout`; then call
 * `handleTimeout` at that instant. The same calls give the same outputs.
 *
 * A Prepare passes, in this order: validity (F00), packet rate (T05), max packet amount (F08), expiry (R02),
 * packets in flight (T03), throughput (T04), route (F02), exchange, liquidity (T04).
 */
export class Connector {
  readonly address: IlpAddress
  readonly #price: Price
  readonly #fee: Ratio
  readonly #expiryMargin: Duration
  readonly #maxHoldTime: Duration
  readonly #sha256: ConnectorOptions['sha256']
  readonly #accounts = new Map<AccountId, ConnectorAccount>()
  readonly #routes = new RoutingTable<ConnectorAccount>()
  readonly #inFlight = new Map<ForwardId, InFlight>()
  readonly #expiries = new TimedQueue<ForwardId>()
  #outputs: ConnectorOutput[] = []
  #nextOutput = 0
  #nextForwardId = 0
  #lateReplies = 0

  constructor(options: ConnectorOptions) {
    const { address, price = ONE, fee = NOTHING, expiryMargin = 1000, maxHoldTime = 30_000 } = options
    if (!isValidIlpAddress(address))
      throw new SimulatorError('address', address, 'an ILP address, such as "test.connector"')
    if (typeof price !== 'function') checkRatio('price', price)
    checkRatio('fee', fee)
    if (fee.numerator >= fee.denominator)
      throw new SimulatorError('fee', `${fee.numerator}/${fee.denominator}`, 'less than 1')
    if (!(expiryMargin >= 0)) throw new SimulatorError('expiryMargin', expiryMargin, 'milliseconds, 0 or more')
    if (!(maxHoldTime > 0)) throw new SimulatorError('maxHoldTime', maxHoldTime, 'milliseconds, more than 0')
    this.address = address
    this.#price = typeof price === 'function' ? price : () => price
    this.#fee = fee
    this.#expiryMargin = expiryMargin
    this.#maxHoldTime = maxHoldTime
    this.#sha256 = options.sha256
  }

  addAccount(now: Instant, id: AccountId, options: AccountOptions): void {
    if (this.#accounts.has(id)) throw new SimulatorError('account', id, 'a name that is not taken')
    const account = new ConnectorAccount(id, options, now)
    for (const prefix of options.routes) this.#routes.add(prefix, account)
    this.#accounts.set(id, account)
  }

  /** Forgets the account and its routes. Prepares that wait for it are rejected with T01; its own are no longer answered. */
  removeAccount(now: Instant, id: AccountId): void {
    const account = this.#accounts.get(id)
    if (account === undefined) return
    this.#accounts.delete(id)
    this.#routes.removeAllTo(account)
    for (const [forwardId, packet] of this.#inFlight) {
      if (packet.to === account) this.handleReply(now, forwardId, this.#reject('T01', `account ${id} is gone`))
    }
  }

  /** Other limits from `now` on, of those that are named. What is in flight is not touched. */
  changeLimits(now: Instant, id: AccountId, limits: AccountLimits): void {
    this.#account(id).change(now, limits)
  }

  /** One more prefix that leads to an account; the longest that matches wins. */
  addRoute(prefix: IlpAddress, id: AccountId): void {
    this.#routes.add(prefix, this.#account(id))
  }

  hasAccount(id: AccountId): boolean {
    return this.#accounts.has(id)
  }

  /** A Prepare from `account`. It is answered exactly once, by a `reply` output with the same `id`. */
  handlePrepare(now: Instant, accountId: AccountId, id: RequestId, prepare: IlpPrepare): void {
    const from = this.#account(accountId)
    from.received++
    const refusal = this.#forward(now, from, id, prepare)
    if (refusal !== undefined) this.#reply(from, id, refusal)
  }

  /** The answer to a Prepare the connector sent on. A second one, or one that comes too late, changes nothing. */
  handleReply(now: Instant, id: ForwardId, reply: IlpReply): void {
    const packet = this.#inFlight.get(id)
    if (packet === undefined) {
      this.#lateReplies++
      return
    }
    if (now >= packet.expiresAt) {
      this.#lateReplies++
      this.#settle(id, packet, this.#timedOut())
    } else if (reply.type === 'fulfill' && !this.#isPreimage(reply.fulfillment, packet.condition)) {
      this.#settle(id, packet, this.#reject('F05', 'fulfillment does not hash to the condition'))
    } else {
      this.#settle(id, packet, reply)
    }
  }

  /** Rejects what has expired at `now` with R00. */
  handleTimeout(now: Instant): void {
    for (;;) {
      const id = this.#expiries.popDue(now)
      if (id === undefined) return
      const packet = this.#inFlight.get(id)
      if (packet !== undefined) this.#settle(id, packet, this.#timedOut())
    }
  }

  pollOutput(): ConnectorOutput {
    const output = this.#outputs[this.#nextOutput]
    if (output !== undefined) {
      this.#nextOutput++
      return output
    }
    this.#outputs = []
    this.#nextOutput = 0
    return { type: 'timeout', at: this.#nextExpiry() }
  }

  stats(): ConnectorStats {
    const accounts: Record<AccountId, AccountStats> = {}
    for (const [id, account] of this.#accounts) accounts[id] = account.stats()
    return { accounts, inFlight: this.#inFlight.size, lateReplies: this.#lateReplies }
  }

  #account(id: AccountId): ConnectorAccount {
    const account = this.#accounts.get(id)
    if (account === undefined) throw new SimulatorError('account', id, 'an account that was added')
    return account
  }

  /** Sends the Prepare on; or says why not. */
  #forward(now: Instant, from: ConnectorAccount, requestId: RequestId, prepare: IlpPrepare): IlpReject | undefined {
    const fault = prepareFault(prepare)
    if (fault !== undefined) return this.#reject('F00', fault)
    const { amount, destination } = prepare
    if (from.packetRate?.take(now, 1n) === false) return this.#reject('T05', 'too many packets, slow down')
    const maximum = from.maxPacketAmount
    if (maximum !== undefined && amount > maximum) return this.#tooLarge(amount, maximum)
    const expiresAt = Math.min(prepare.expiresAt - this.#expiryMargin, now + this.#maxHoldTime)
    if (expiresAt <= now) return this.#reject('R02', 'packet expires too soon to be sent on')
    if (from.inFlight >= from.maxInFlight) return this.#reject('T03', 'too many packets in flight')
    if (from.throughput?.take(now, amount) === false) return this.#reject('T04', 'throughput limit reached')
    const to = this.#routes.lookup(destination)
    if (to === undefined) return this.#reject('F02', `no route to ${destination}`)
    if (to === from && from.options.relation === 'peer') {
      return this.#reject('F02', `route to ${destination} leads back to where the packet came from`)
    }
    const rate = unitRate(
      from.options.asset,
      to.options.asset,
      this.#price(from.options.asset, to.options.asset, now),
      this.#fee,
    )
    const amountOut = convertFloor(amount, rate)
    if (amountOut > MAX_UINT64) return this.#tooLarge(amount, (MAX_UINT64 * rate.denominator) / rate.numerator)
    if (to.liquidity?.take(now, amountOut) === false) return this.#reject('T04', 'not enough liquidity')

    const id = this.#nextForwardId++
    const condition = prepare.executionCondition
    this.#inFlight.set(id, { requestId, from, to, amountIn: amount, amountOut, condition, expiresAt })
    this.#expiries.push(expiresAt, id)
    from.inFlight++
    to.forwarded++
    this.#outputs.push({ type: 'prepare', id, account: to.id, prepare: { ...prepare, amount: amountOut, expiresAt } })
    return undefined
  }

  #settle(id: ForwardId, packet: InFlight, reply: IlpReply): void {
    const { from, to, amountIn, amountOut } = packet
    this.#inFlight.delete(id)
    from.inFlight--
    if (reply.type === 'fulfill') {
      from.amountIn += amountIn
      to.amountOut += amountOut
    } else {
      to.liquidity?.refund(amountOut)
    }
    this.#reply(from, packet.requestId, reply)
  }

  #reply(account: ConnectorAccount, id: RequestId, reply: IlpReply): void {
    if (reply.type === 'fulfill') account.fulfilled++
    else account.countReject(reply.code)
    if (this.#accounts.get(account.id) !== account) return
    this.#outputs.push({ type: 'reply', id, account: account.id, reply })
  }

  /** Answered Prepares leave their expiry behind; swept when they are the most of it. */
  #nextExpiry(): Instant | undefined {
    const expiries = this.#expiries
    if (expiries.size > 2 * this.#inFlight.size + 1000) expiries.retain((id) => this.#inFlight.has(id))
    for (let id = expiries.peek(); id !== undefined && !this.#inFlight.has(id); id = expiries.peek()) expiries.pop()
    return expiries.nextAt
  }

  #isPreimage(fulfillment: Uint8Array, condition: Uint8Array): boolean {
    return this.#sha256 === undefined || (fulfillment.length === 32 && sameBytes(this.#sha256(fulfillment), condition))
  }

  #timedOut(): IlpReject {
    return this.#reject('R00', 'no reply before the packet expired')
  }

  #tooLarge(received: bigint, maximum: bigint): IlpReject {
    const data = encodeAmountTooLarge({ receivedAmount: received, maximumAmount: maximum })
    return this.#reject('F08', `packet carries ${received}, at most ${maximum} may pass`, data)
  }

  #reject(code: string, message: string, data: Uint8Array = NO_DATA): IlpReject {
    return { type: 'reject', code, triggeredBy: this.address, message, data }
  }
}

const prepareFault = (prepare: IlpPrepare): string | undefined => {
  if (prepare.amount < 0n || prepare.amount > MAX_UINT64) return 'amount is not an unsigned 64-bit integer'
  if (!isValidIlpAddress(prepare.destination)) return 'destination is not a valid ILP address'
  if (prepare.executionCondition.length !== 32) return 'executionCondition is not 32 bytes long'
  if (!Number.isFinite(prepare.expiresAt)) return 'expiresAt is not an instant'
  return undefined
}
