import { decimalRatio, type Ratio, type TokenBucketOptions } from '@stream/simulator'
import { isValidIlpAddress } from '@stream/frames/ilp'
import { optionError } from './errors.js'

/** A decimal, 0 or more. A string is taken exactly as written. */
export type Decimal = string | number

export interface Rate {
  /** Units per second. */
  readonly rate: bigint | number
  /** Units at once. Default: one second's worth. */
  readonly burst?: bigint | number
}

export interface LocalnetAccountOptions {
  /** With it, only this token may use the account. Default: any token may. */
  readonly token?: string
  /** Default: the network's. */
  readonly assetCode?: string
  /** Default: the network's. */
  readonly assetScale?: number
  /** In the account's units. Default: the network's. */
  readonly maxPacketAmount?: bigint | number
}

export interface LocalnetOptions {
  /** TCP port; 0 takes any that is free. Default 7768, where moneyd listens and plugins look. */
  readonly port?: number
  /** Interface to listen on. Default `localhost`: both loopback addresses and nothing else. */
  readonly host?: string
  /** ILP address of the network, under which accounts get theirs. Default `test.localnet`. */
  readonly prefix?: string
  /** Asset of accounts that name none. Default `XRP` with scale 9, as moneyd's local mode. */
  readonly assetCode?: string
  readonly assetScale?: number
  /** Accounts with settings of their own. Others appear when they log in. */
  readonly accounts?: Readonly<Record<string, LocalnetAccountOptions>>
  /** Whether accounts that `accounts` does not name may log in. Default true. */
  readonly acceptUnknownAccounts?: boolean
  /** What one whole of an asset is worth in another: `{ 'EUR/USD': '1.08' }`; the inverse follows. Default 1. */
  readonly prices?: Readonly<Record<string, Decimal>>
  /** Units that leave per unit that comes, on top of prices and scales: `'0.5'` halves every packet. Default 1. */
  readonly rate?: Decimal
  /** The part of every packet the network keeps, below 1. Default 0. */
  readonly fee?: Decimal
  /** Milliseconds from a sender to a receiver and back, half of it each way. Default 0: as fast as the machine. */
  readonly roundTripMs?: number
  /** Up to this many milliseconds more per round trip, drawn evenly. Default 0. */
  readonly jitterMs?: number
  /** Probability from 0 to 1 that a Prepare is lost before the receiver, and the same for its reply: then R00 at expiry. Default 0. */
  readonly lossRate?: number
  /** The most a packet may carry, in units of the sending account; above it F08. Default: no limit. */
  readonly maxPacketAmount?: bigint | number
  /** What may flow to each account, in its units; above it T04. Default: no limit. */
  readonly liquidity?: Rate
  /** Packets each account may send; above it T05. Default: no limit. */
  readonly packetRate?: Rate
  /** Seeds jitter and loss. Default 1. */
  readonly seed?: number
  /** Accounts remembered at once; the longest absent goes first. Default 10 000. */
  readonly maxAccounts?: number
  /** Milliseconds a client has to authenticate. Default 10 000. */
  readonly authTimeoutMs?: number
}

export interface LocalnetSettings {
  readonly port: number
  readonly host: string
  readonly prefix: string
  readonly assetCode: string
  readonly assetScale: number
  readonly accounts: ReadonlyMap<string, LocalnetAccountOptions>
  readonly acceptUnknownAccounts: boolean
  readonly prices: ReadonlyMap<string, Ratio>
  readonly rate: Ratio
  readonly fee: Ratio
  readonly oneWayMs: number
  readonly oneWayJitterMs: number
  readonly lossRate: number
  readonly maxPacketAmount: bigint | undefined
  readonly liquidity: TokenBucketOptions | undefined
  readonly packetRate: TokenBucketOptions | undefined
  readonly seed: number
  readonly maxAccounts: number
  readonly authTimeoutMs: number
}

const whole = (option: string, value: number, from: number, to: number): number => {
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw optionError(option, value, `a whole number from ${from} to ${to}`)
}

const milliseconds = (option: string, value: number): number => {
  if (value >= 0 && value <= 600_000) return value
  throw optionError(option, value, 'milliseconds from 0 to 600000')
}

export const wholeAmount = (option: string, value: bigint | number): bigint => {
  if (typeof value === 'bigint' ? value >= 0n : Number.isSafeInteger(value) && value >= 0) return BigInt(value)
  throw optionError(option, value, 'a whole number of units, 0 or more')
}

const bucket = (option: string, value: Rate | undefined): TokenBucketOptions | undefined => {
  if (value === undefined) return undefined
  const rate = wholeAmount(`${option}.rate`, value.rate)
  return { rate, burst: value.burst === undefined ? rate : wholeAmount(`${option}.burst`, value.burst) }
}

/** What may stand in an ILP address as one segment; long names would leave no room for what connections append. */
const ACCOUNT_NAME = /^[A-Za-z0-9_~-]{1,64}$/

export const isAccountName = (name: string): boolean => ACCOUNT_NAME.test(name)

export const ACCOUNT_NAME_RULE = '1 to 64 of the characters A-Z a-z 0-9 _ ~ -'

const assetScale = (option: string, value: number): number => whole(option, value, 0, 255)

const accountOptions = (accounts: LocalnetOptions['accounts'] = {}): Map<string, LocalnetAccountOptions> => {
  for (const [name, account] of Object.entries(accounts)) {
    if (!isAccountName(name)) throw optionError('accounts', name, `names of ${ACCOUNT_NAME_RULE}`)
    if (account.assetScale !== undefined) assetScale(`accounts.${name}.assetScale`, account.assetScale)
    if (account.maxPacketAmount !== undefined) wholeAmount(`accounts.${name}.maxPacketAmount`, account.maxPacketAmount)
  }
  return new Map(Object.entries(accounts))
}

const decimal = (option: string, value: Decimal): Ratio => {
  try {
    return decimalRatio(value, option)
  } catch {
    throw optionError(option, value, 'a decimal, 0 or more, such as "0.25"')
  }
}

const priceTable = (prices: LocalnetOptions['prices'] = {}): Map<string, Ratio> => {
  const table = new Map<string, Ratio>()
  for (const [pair, value] of Object.entries(prices)) {
    const [from, to, more] = pair.split('/')
    if (!from || !to || more !== undefined) throw optionError('prices', pair, 'pairs such as "EUR/USD"')
    const price = decimal(`prices['${pair}']`, value)
    if (price.numerator === 0n) throw optionError(`prices['${pair}']`, value, 'more than 0')
    table.set(pair, price)
    const inverse = `${to}/${from}`
    if (!(inverse in prices)) table.set(inverse, { numerator: price.denominator, denominator: price.numerator })
  }
  return table
}

/** Fills in the defaults and refuses what cannot be. */
export const localnetSettings = (options: LocalnetOptions): LocalnetSettings => {
  const { prefix = 'test.localnet', lossRate = 0 } = options
  if (!isValidIlpAddress(prefix)) throw optionError('prefix', prefix, 'an ILP address, such as "test.localnet"')
  if (prefix.length > 200) throw optionError('prefix', prefix, 'an ILP address of at most 200 characters')
  if (!(lossRate >= 0 && lossRate <= 1)) throw optionError('lossRate', lossRate, 'a probability from 0 to 1')
  const fee = decimal('fee', options.fee ?? 0)
  if (fee.numerator >= fee.denominator) throw optionError('fee', options.fee, 'less than 1')
  return {
    port: whole('port', options.port ?? 7768, 0, 65_535),
    host: options.host ?? 'localhost',
    prefix,
    assetCode: options.assetCode ?? 'XRP',
    assetScale: assetScale('assetScale', options.assetScale ?? 9),
    accounts: accountOptions(options.accounts),
    acceptUnknownAccounts: options.acceptUnknownAccounts ?? true,
    prices: priceTable(options.prices),
    rate: decimal('rate', options.rate ?? 1),
    fee,
    oneWayMs: milliseconds('roundTripMs', options.roundTripMs ?? 0) / 2,
    oneWayJitterMs: milliseconds('jitterMs', options.jitterMs ?? 0) / 2,
    lossRate,
    maxPacketAmount:
      options.maxPacketAmount === undefined ? undefined : wholeAmount('maxPacketAmount', options.maxPacketAmount),
    liquidity: bucket('liquidity', options.liquidity),
    packetRate: bucket('packetRate', options.packetRate),
    seed: whole('seed', options.seed ?? 1, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    maxAccounts: whole('maxAccounts', options.maxAccounts ?? 10_000, 1, 10_000_000),
    authTimeoutMs: milliseconds('authTimeoutMs', options.authTimeoutMs ?? 10_000),
  }
}
