import { isValidIlpAddress } from '@stream/frames/ilp'
import { MAX_UINT64, type IlpAddress, type StreamId } from '@stream/frames'
import type { PacketProtection } from '@stream/crypto'
import type { CongestionControllerFactory, Duration, Instant } from '@stream/flow'
import { assertUint64, StreamError } from './errors.js'
import { MAX_PACKETS } from './lifecycle.js'
import { sharedAsset, type Asset } from './path/asset.js'
import type { Ratio } from './path/ratio.js'
import { ratio } from './path/ratio.js'
import { SettingsPool } from './settings-pool.js'

/** What both ends of a connection assume until they are told otherwise (the values every implementation uses). */
export const ASSUMED = {
  /** Bytes per stream. */
  streamWindow: 16_384,
  /** Bytes per connection. */
  connectionWindow: 65_534,
  /** Highest stream id: ten streams for each side (RFC 0029, 3.3). */
  maxStreamId: 20,
} as const

/** What one end of a connection does. */
export type ConnectionMode = 'send' | 'receive' | 'both'

/** Makes the RFC 0039 receipt for what a stream has received in all; the receipt secret stays outside. */
export type CreateReceipt = (streamId: StreamId, totalReceived: bigint) => Uint8Array

/** What each connection has of its own. */
interface ConnectionIdentity {
  /** Keys derived from the shared secret: `packetProtection(crypto, sharedSecret)`. */
  readonly protection: PacketProtection
  /**
   * Where the peer can send Prepares to. Announced by clients; a client without one can only be answered, so it asks for
   * limits while they keep it from sending.
   */
  readonly localAddress?: IlpAddress | undefined
  /** Known to clients. Servers learn it from `ConnectionNewAddress`. */
  readonly peerAddress?: IlpAddress | undefined
  readonly createReceipt?: CreateReceipt | undefined
}

/** What many connections of a program have in common: those with equal settings share one object. */
export interface ConnectionConfig {
  /** Clients open odd streams, servers even ones (RFC 0029, 4.4.1). */
  readonly role: 'client' | 'server'
  /**
   * What this end does with money and data. `send`: no `receiveMax` can be set, and incoming bytes are dropped, but for
   * those in replies to an end without an address. `receive`: nothing can be paid or written, and the path is never probed.
   * Limits and closes travel both ways in any case.
   */
  readonly mode: ConnectionMode
  /** The peer can send us Prepares: servers are reached where the client began, clients at their address. */
  readonly isReachable: boolean
  /** Our asset, announced to the peer (RFC 0029, 4.3.3). */
  readonly asset: Asset
  readonly congestion: CongestionControllerFactory
  readonly exchangeRate: {
    /** Least acceptable rate in destination units per source unit. A ratio of 0 gives up rate protection. */
    readonly minimum?: Ratio | undefined
    /** A rate the caller knows: no probing, the least acceptable rate is `fixed × (1 − slippage)`. */
    readonly fixed?: Ratio | undefined
    /** How much worse than the probed or fixed rate a packet may be; 0 to 1. */
    readonly slippage: Ratio
    /** Probe the path at once, and be `established` only when the rate is known. Otherwise when money waits. */
    readonly probe: boolean
    /** Digits the delivered amount of a probe must have, so that rounding cannot hide a worse rate. */
    readonly precisionDigits: number
  }
  readonly limits: {
    /** Streams the peer may have open at once. */
    readonly maxRemoteStreams: number
    /** Bytes the peer may send ahead of our application on all streams together, at first and at most. */
    readonly connectionWindow: number
    readonly maxConnectionWindow: number
    /** The same for one stream. */
    readonly streamWindow: number
    readonly maxStreamWindow: number
    /** Bytes accepted by `write` ahead of what could be sent. */
    readonly sendBuffer: number
    /** Most source units in one packet, probes included. */
    readonly maxPacketAmount: bigint
    /** Most that is received on all streams together, in our units, whatever their `receiveMax`. */
    readonly receiveMax: bigint
    /** How far above `receiveMax` a stream may be paid. 0: never. Senders that round up need 0.01. */
    readonly receiveMaxTolerance: Ratio
    /** Final rejects, or failures to send, in a row (none of them the peer's) that end the connection. */
    readonly pathFailures: number
    /** Packets and replies this end seals with the key of the connection; at most 2^31 (RFC 0029, 5.1.3). */
    readonly sealedPackets: number
  }
  readonly timeouts: {
    /** Lifetime of a Prepare. */
    readonly packet: Duration
    /** How long after its expiry a reply is waited for: the way back is not instant. */
    readonly grace: Duration
    /** A Prepare with less than this left is rejected (R00): its Fulfill would come too late. */
    readonly margin: Duration
    /** Without any authenticated packet the connection ends. */
    readonly idle: Duration
    /** How long a close waits for its acknowledgement and for what is in flight. */
    readonly close: Duration
  }
  /** Overrides `timeouts.packet`: the instant at which a Prepare that leaves `now` expires. */
  readonly packetExpiry?: ((now: Instant, destination: IlpAddress) => Instant) | undefined
  /** Emit `moneyOffered` for each paying packet and wait for `decide`. */
  readonly offerMoney: boolean
  /** Fill every packet and reply with zero bytes to the maximum size, so that sizes tell nothing (RFC 0029, 5.2). */
  readonly padPackets: boolean
}

/** What `connectionConfig` needs to be told; everything else has a default. */
export type ConnectionOptions = ConnectionIdentity &
  Pick<ConnectionConfig, 'role' | 'asset' | 'congestion'> & {
    readonly [K in 'mode' | 'packetExpiry' | 'offerMoney' | 'padPackets']?: ConnectionConfig[K] | undefined
  } & {
    readonly [K in 'exchangeRate' | 'limits' | 'timeouts']?: {
      readonly [P in keyof ConnectionConfig[K]]?: ConnectionConfig[K][P] | undefined
    }
  }

/** What is left of a Prepare at least, in milliseconds, for its Fulfill to be in time at the connector before us. */
export const ANSWER_MARGIN: Duration = 200

const DEFAULTS: Pick<ConnectionConfig, 'exchangeRate' | 'limits' | 'timeouts'> = {
  exchangeRate: { slippage: ratio(1n, 100n), probe: false, precisionDigits: 3 },
  limits: {
    maxRemoteStreams: 10,
    // Larger than what peers assume, so that a first burst of data needs no round trip for credit; grows when used.
    connectionWindow: 1 << 20,
    maxConnectionWindow: 1 << 24,
    streamWindow: 1 << 18,
    maxStreamWindow: 1 << 24,
    sendBuffer: 1 << 17,
    maxPacketAmount: MAX_UINT64,
    receiveMax: MAX_UINT64,
    receiveMaxTolerance: ratio(0n),
    pathFailures: 5,
    sealedPackets: MAX_PACKETS,
  },
  timeouts: { packet: 30_000, grace: 1_000, margin: ANSWER_MARGIN, idle: 60_000, close: 5_000 },
}

/** No larger windows than the peer assumes: so there is nothing to tell it. */
const NOTHING_RECEIVED: ConnectionConfig['limits'] = {
  ...DEFAULTS.limits,
  connectionWindow: ASSUMED.connectionWindow,
  streamWindow: ASSUMED.streamWindow,
}

const rates = new SettingsPool<ConnectionConfig['exchangeRate']>()
const limits = new SettingsPool<ConnectionConfig['limits']>()
const timeouts = new SettingsPool<ConnectionConfig['timeouts']>()
const configs = new SettingsPool<ConnectionConfig>()

/** Fills in the defaults and refuses what cannot work. Throws `StreamError`. */
export function connectionConfig(options: ConnectionOptions): ConnectionConfig {
  const { role, mode = 'both', localAddress, peerAddress, asset, congestion, packetExpiry } = options
  checkAddresses(role, localAddress, peerAddress)
  const exchangeRate = {
    ...withDefaults(DEFAULTS.exchangeRate, options.exchangeRate),
    // Whoever never pays needs no rate.
    ...(mode === 'receive' ? { probe: false } : {}),
  }
  const config: ConnectionConfig = {
    role,
    mode,
    isReachable: role === 'server' || localAddress !== undefined,
    asset: sharedAsset(asset.code, asset.scale),
    congestion,
    packetExpiry,
    offerMoney: options.offerMoney ?? false,
    padPackets: options.padPackets ?? false,
    exchangeRate: rates.share(exchangeRate, checkExchangeRate),
    limits: limits.share(
      withDefaults(mode === 'send' ? NOTHING_RECEIVED : DEFAULTS.limits, options.limits),
      checkLimits,
    ),
    timeouts: timeouts.share(withDefaults(DEFAULTS.timeouts, options.timeouts), checkTimeouts),
  }
  return configs.share(config, check)
}

function withDefaults<T extends object>(defaults: T, given: { readonly [P in keyof T]?: T[P] | undefined } = {}): T {
  const result = { ...defaults }
  for (const key of Object.keys(given) as (keyof T)[]) {
    const value = given[key]
    if (value !== undefined) result[key] = value
  }
  return result
}

function check({ mode, asset: { scale } }: ConnectionConfig): void {
  if (!['send', 'receive', 'both'].includes(mode)) invalid(`mode must be 'send', 'receive' or 'both', got ${mode}`)
  if (!Number.isInteger(scale) || scale < 0 || scale > 255) {
    invalid(`asset scale must be an integer from 0 to 255, got ${scale}`)
  }
}

function checkAddresses(role: ConnectionConfig['role'], localAddress?: IlpAddress, peerAddress?: IlpAddress): void {
  for (const address of [localAddress, peerAddress]) {
    if (address !== undefined && !isValidIlpAddress(address)) {
      invalid(
        `"${String(address)}" is not an ILP address; expected segments of letters, digits, _ ~ - separated by dots`,
      )
    }
  }
  if (role === 'client' && peerAddress === undefined) {
    invalid('a client needs the peerAddress that the server handed out')
  }
}

function checkExchangeRate({ slippage, fixed, precisionDigits }: ConnectionConfig['exchangeRate']): void {
  if (slippage.numerator > slippage.denominator) invalid('slippage must be a ratio from 0 to 1')
  if (fixed?.numerator === 0n) invalid('a fixed exchange rate of 0 delivers nothing; give a positive rate')
  positive('exchangeRate.precisionDigits', precisionDigits)
}

function checkLimits(given: ConnectionConfig['limits']): void {
  const { maxPacketAmount, receiveMax, receiveMaxTolerance: _, ...counts } = given
  for (const [name, value] of Object.entries(counts)) positive(`limits.${name}`, value)
  if (counts.sealedPackets > MAX_PACKETS)
    invalid(`limits.sealedPackets must be at most 2^31, got ${counts.sealedPackets}`)
  if (maxPacketAmount < 1n) invalid(`limits.maxPacketAmount must be at least 1 unit, got ${maxPacketAmount}`)
  assertUint64('limits.receiveMax', receiveMax)
}

function checkTimeouts(given: ConnectionConfig['timeouts']): void {
  for (const [name, value] of Object.entries(given)) {
    if (!(value >= 0)) invalid(`timeouts.${name} must be a number of milliseconds, got ${value}`)
  }
}

function positive(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) invalid(`${name} must be a positive integer, got ${value}`)
}

function invalid(message: string): never {
  throw new StreamError('InvalidConfig', message)
}
