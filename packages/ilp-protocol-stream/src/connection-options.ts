import type Long from 'long'
import type { ConnectionMode, ConnectionOptions as CoreOptions } from '@stream/connection'
import { bottleneckRate, type CongestionControllerFactory, type Duration } from '@stream/flow'
import { parseAmount, type AmountLike } from './amount.js'
import type { Clock } from './clock.js'
import { formatRatio, parseDecimal, type DecimalLike } from './decimal.js'
import { InvalidArgumentError } from './errors.js'
import { logger } from './logger.js'
import type { Plugin } from './plugin.js'

/** Options of connections on either side. */
export interface ConnectionOpts {
  /** The way to the next connector. Default: the plugin that the environment names (`ilp-plugin`). */
  plugin?: Plugin | undefined
  /**
   * What this end does; default `'both'`. `'send'`: it takes neither money nor data, and a client gives no address of its
   * own, so that nobody can send to it; all it reads is why its money is refused (`RefusalError`). `'receive'`: it neither
   * pays nor writes, and never probes the path.
   */
  mode?: ConnectionMode | undefined
  /** For `createConnection`, which requires it; a server has no use for it. */
  destinationAccount?: string | undefined
  /**
   * Our own ILP address. Given together with `assetCode` and `assetScale` the connector is not asked for them (ILDCP),
   * which saves a round trip; alone it has no effect, as ever: the connector's word counts.
   */
  sourceAccount?: string | undefined
  /** Our asset, e.g. `'USD'`; goes with `sourceAccount`, which a client with `mode: 'send'` can leave out. */
  assetCode?: string | undefined
  /** Decimal digits of our asset's smallest unit, 0 to 255; goes with `sourceAccount`. */
  assetScale?: number | undefined
  /** An option of 2.x, without effect: its logs had the name. */
  connectionId?: string | undefined
  /** How much worse than the probed or fixed exchange rate a packet may be, 0 to 1; default 0.01. */
  slippage?: DecimalLike | undefined
  /** Pads every packet to the maximum size, 32767 bytes of data, so that sizes tell nothing; default false. */
  enablePadding?: boolean | undefined
  /** A client's own name for the connection, which stays at this end; a server has its tag from the address. */
  connectionTag?: string | undefined
  /** 16 bytes that name the connection in its receipts (RFC 0039). */
  receiptNonce?: Uint8Array | undefined
  /** 32 bytes that sign its receipts. */
  receiptSecret?: Uint8Array | undefined
  /** Streams the peer may have open at once; default 10. */
  maxRemoteStreams?: number | undefined
  /** Bytes the peer may send ahead of our application; by default it starts at 1 MiB and grows where the path needs it. */
  connectionBufferSize?: number | undefined
  /** Digits an amount must have to tell the exchange rate; default 3. */
  minExchangeRatePrecision?: number | undefined
  /** Milliseconds without a packet after which the connection ends; default 60 000, `Infinity`: never. */
  idleTimeout?: Duration | undefined
  /** The most source units in one packet, whatever the path would carry. */
  maximumPacketAmount?: AmountLike | undefined
  /**
   * How far above its `receiveMax` a stream may be paid, 0 to 1; default 0: never. Versions before 2.7.2 round up when
   * they fill the last of a `receiveMax` at a rate above 1, and try for ever where that is refused: 0.01 lets them.
   */
  receiveMaxTolerance?: DecimalLike | undefined
  /**
   * A rate you know, destination units per source unit: no probing. The minimum accepted is this less `slippage`.
   * Usually given together with `maximumPacketAmount`.
   */
  exchangeRate?: DecimalLike | undefined
  /**
   * The least you accept, destination units per source unit: the minimum of every packet, and when the path offers less,
   * nothing is sent. Takes the place of a probed or given rate less `slippage`, and nobody else can lower it. Nothing is
   * probed: money leaves at once, and its replies tell the rate.
   */
  minimumExchangeRate?: DecimalLike | undefined
  /** The expiry of each Prepare to `destination`; default in 30 seconds. */
  getExpiry?: ((destination: string) => Date) | undefined
  /**
   * Decides over each paying packet: it is fulfilled when the promise resolves, and rejected when it rejects.
   * `packetId` is unique; the same packet is never offered twice. A `RefusalError` carries data to the sender.
   */
  shouldFulfill?: ((packetAmount: Long, packetId: Buffer, connectionTag?: string) => Promise<void> | void) | undefined
  /** Milliseconds to wait for the plugin to connect and for the connector's answer; default 10 000. */
  connectTimeout?: Duration | undefined
  /** Decides how much may be in flight at once; makers are in `@stream/flow`. Default: `bottleneckRate()`. */
  congestionController?: CongestionControllerFactory | undefined
}

/** What the core is told by the options alone, the same for every connection of a server. */
export type SharedOptions = Pick<
  CoreOptions,
  'mode' | 'congestion' | 'exchangeRate' | 'limits' | 'timeouts' | 'packetExpiry' | 'offerMoney' | 'padPackets'
>

const SECRET_LENGTH = 32
const MODES: readonly ConnectionMode[] = ['send', 'receive', 'both']
const DEFAULT_PRECISION_DIGITS = 3
const DEFAULT_CONGESTION = bottleneckRate()
const DEFAULT_EXPIRY: Duration = 30_000

const log = logger('Options')

/** The options in the core's terms. Throws `InvalidArgumentError` for what cannot work. */
export function sharedOptions(opts: ConnectionOpts, role: 'client' | 'server', clock: Clock): SharedOptions {
  return {
    mode: connectionMode(opts.mode),
    congestion: opts.congestionController ?? DEFAULT_CONGESTION,
    exchangeRate: {
      fixed: opts.exchangeRate === undefined ? undefined : positiveRate(opts, 'exchangeRate'),
      minimum: opts.minimumExchangeRate === undefined ? undefined : positiveRate(opts, 'minimumExchangeRate'),
      slippage: share(opts.slippage ?? 0.01, 'slippage'),
      // A server that only receives never needs a rate; a client is not connected before it has one, or a floor.
      probe: role === 'client' && opts.minimumExchangeRate === undefined,
      precisionDigits: precisionDigits(opts),
    },
    limits: {
      maxRemoteStreams: positiveInteger(opts.maxRemoteStreams, 'maxRemoteStreams'),
      ...connectionWindow(positiveInteger(opts.connectionBufferSize, 'connectionBufferSize')),
      maxPacketAmount: maximumPacketAmount(opts.maximumPacketAmount),
      receiveMaxTolerance: share(opts.receiveMaxTolerance ?? 0, 'receiveMaxTolerance'),
    },
    timeouts: { idle: idleTimeout(opts.idleTimeout) },
    packetExpiry: packetExpiry(opts.getExpiry, clock),
    offerMoney: opts.shouldFulfill !== undefined,
    padPackets: opts.enablePadding ?? false,
  }
}

/** @throws {InvalidArgumentError} for a mode that does not exist. */
export function connectionMode(mode: ConnectionOpts['mode']): ConnectionMode {
  if (mode === undefined) return 'both'
  if (MODES.includes(mode)) return mode
  throw new InvalidArgumentError('mode', `mode must be 'send', 'receive' or 'both', got ${mode}`)
}

function precisionDigits({ minExchangeRatePrecision }: ConnectionOpts): number {
  return positiveInteger(minExchangeRatePrecision, 'minExchangeRatePrecision') ?? DEFAULT_PRECISION_DIGITS
}

/** @throws {InvalidArgumentError} naming the length that was expected and the one that was given, never the bytes. */
export function requireSecret(secret: unknown, name: string): Uint8Array {
  if (secret instanceof Uint8Array && secret.length === SECRET_LENGTH) return secret
  const got = secret instanceof Uint8Array ? `${secret.length} bytes` : secret === null ? 'null' : typeof secret
  const hint = typeof secret === 'string' ? `; decode it first, for example Buffer.from(${name}, 'base64')` : ''
  throw new InvalidArgumentError(name, `${name} must be a Buffer of ${SECRET_LENGTH} bytes, got ${got}${hint}`)
}

function positiveRate(opts: ConnectionOpts, name: 'exchangeRate' | 'minimumExchangeRate') {
  const rate = parseDecimal(opts[name] ?? 0, name)
  if (rate.numerator > 0n) return rate
  throw new InvalidArgumentError(name, `${name} must be above 0: at a rate of 0 nothing arrives`)
}

function share(value: DecimalLike, name: string) {
  const part = parseDecimal(value, name)
  if (part.numerator <= part.denominator) return part
  throw new InvalidArgumentError(name, `${name} must be less than one, got ${formatRatio(part)}; 0.01 is 1 %`)
}

function positiveInteger(value: number | undefined, name: string): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value > 0)) return value
  throw new InvalidArgumentError(name, `${name} must be a positive whole number, got ${String(value)}`)
}

function connectionWindow(bytes: number | undefined): Partial<NonNullable<CoreOptions['limits']>> {
  return bytes === undefined ? {} : { connectionWindow: bytes, maxConnectionWindow: bytes }
}

function maximumPacketAmount(value: AmountLike | undefined): bigint | undefined {
  if (value === undefined) return undefined
  const amount = parseAmount(value, 'maximumPacketAmount')
  if (amount > 0n) return amount
  throw new InvalidArgumentError('maximumPacketAmount', 'maximumPacketAmount must be at least 1, got 0')
}

/** 0 turns the timer off, as `Infinity` does. */
function idleTimeout(value: Duration | undefined): Duration | undefined {
  if (value === undefined || value > 0) return value
  if (value === 0) return Infinity
  throw new InvalidArgumentError('idleTimeout', `idleTimeout must be milliseconds, 0 or more, got ${String(value)}`)
}

function packetExpiry(getExpiry: ConnectionOpts['getExpiry'], clock: Clock): CoreOptions['packetExpiry'] {
  if (getExpiry === undefined) return undefined
  return (now, destination) => {
    const time = expiryTime(getExpiry, destination)
    return time === undefined ? now + DEFAULT_EXPIRY : clock.fromEpoch(time)
  }
}

/** `undefined` when the application's function throws or gives no date: a packet must expire all the same. */
function expiryTime(getExpiry: NonNullable<ConnectionOpts['getExpiry']>, destination: string): number | undefined {
  try {
    const time = getExpiry(destination).getTime()
    if (Number.isFinite(time)) return time
    log.error('getExpiry gave an invalid date for %s', destination)
  } catch (error) {
    log.error('error in getExpiry: %s', error)
  }
  return undefined
}
