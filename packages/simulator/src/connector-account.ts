import type { Instant } from '@stream/flow'
import type { IlpAddress } from '@stream/frames/ilp'
import { SimulatorError } from './errors.js'
import type { Asset } from './exchange.js'
import { TokenBucket, type TokenBucketOptions } from './token-bucket.js'

/** The connector's name for one neighbour. */
export type AccountId = string

export interface AccountOptions {
  /** Addresses that lead to this account: each prefix with everything below it. `''` makes it the default route. */
  readonly routes: readonly IlpAddress[]
  readonly asset: Asset
  /** A packet that came from a peer is never routed back to it; a child may reach itself. Default `'child'`. */
  readonly relation?: 'child' | 'peer'
  /** The most one Prepare from this account may carry, in its units; above it F08. Default: no limit. */
  readonly maxPacketAmount?: bigint
  /** Prepares a second from this account, and how many at once; above it T05. Default: no limit. */
  readonly packetRate?: TokenBucketOptions
  /** Units a second from this account, spent whatever becomes of the packet; above it T04. Default: no limit. */
  readonly throughput?: TokenBucketOptions
  /** Units a second towards this account, given back when the packet is rejected; above it T04. Default: no limit. */
  readonly liquidity?: TokenBucketOptions
  /** Prepares from this account that may await their reply; above it T03. Default 20 000: bounds memory. */
  readonly maxInFlight?: number
}

/** What can change while packets flow. */
export type AccountLimits = Pick<
  AccountOptions,
  'maxPacketAmount' | 'packetRate' | 'throughput' | 'liquidity' | 'maxInFlight'
>

export interface AccountStats {
  /** Prepares that came from this account. */
  readonly received: number
  /** Prepares that were sent on to this account. */
  readonly forwarded: number
  /** Prepares from this account that ended in a Fulfill. */
  readonly fulfilled: number
  /** Prepares from this account that ended in a Reject, by ILP error code, whoever rejected. */
  readonly rejected: Readonly<Record<string, number>>
  /** Prepares from this account that await their reply. */
  readonly inFlight: number
  /** Units of this account, in fulfilled Prepares that came from it. */
  readonly amountIn: bigint
  /** Units of this account, in fulfilled Prepares that went to it. */
  readonly amountOut: bigint
}

type BucketName = 'packetRate' | 'throughput' | 'liquidity'
const BUCKETS: readonly BucketName[] = ['packetRate', 'throughput', 'liquidity']

/** What the connector keeps of one neighbour: its limits and its tallies. */
export class ConnectorAccount {
  readonly id: AccountId
  readonly options: AccountOptions
  maxPacketAmount: bigint | undefined
  maxInFlight = 20_000
  packetRate: TokenBucket | undefined
  throughput: TokenBucket | undefined
  liquidity: TokenBucket | undefined
  received = 0
  forwarded = 0
  fulfilled = 0
  readonly rejected = new Map<string, number>()
  inFlight = 0
  amountIn = 0n
  amountOut = 0n

  constructor(id: AccountId, options: AccountOptions, now: Instant) {
    const { asset } = options
    if (!Number.isInteger(asset.scale) || asset.scale < 0 || asset.scale > 255) {
      throw new SimulatorError('asset.scale', asset.scale, 'a whole number from 0 to 255')
    }
    this.id = id
    this.options = options
    this.change(now, options)
  }

  /** Limits that are named take effect; the others stay. A bucket that was there keeps what it holds. */
  change(now: Instant, limits: AccountLimits): void {
    const { maxPacketAmount = this.maxPacketAmount, maxInFlight = this.maxInFlight } = limits
    if (maxPacketAmount !== undefined && maxPacketAmount < 0n) {
      throw new SimulatorError('maxPacketAmount', maxPacketAmount, 'units of the account, 0 or more')
    }
    if (!(maxInFlight >= 1)) throw new SimulatorError('maxInFlight', maxInFlight, 'a number of packets, 1 or more')
    this.maxPacketAmount = maxPacketAmount
    this.maxInFlight = maxInFlight
    for (const name of BUCKETS) {
      const options = limits[name]
      if (options === undefined) continue
      if (this[name] === undefined) this[name] = new TokenBucket(options, now)
      else this[name].change(now, options)
    }
  }

  countReject(code: string): void {
    this.rejected.set(code, (this.rejected.get(code) ?? 0) + 1)
  }

  stats(): AccountStats {
    const { received, forwarded, fulfilled, inFlight, amountIn, amountOut } = this
    return {
      received,
      forwarded,
      fulfilled,
      rejected: Object.fromEntries(this.rejected),
      inFlight,
      amountIn,
      amountOut,
    }
  }
}
