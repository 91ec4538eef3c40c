import { MAX_UINT64 } from '@stream/frames'
import { InvalidArgumentError } from './errors.js'

/** Any copy of a `Long`, whichever version it came from. */
export interface LongLike {
  readonly low: number
  readonly high: number
  readonly unsigned: boolean
}

/** Any copy of a `BigNumber`. */
export interface BigNumberLike {
  isInteger(): boolean
  toFixed(): string
}

/** An amount of money in the smallest unit of its asset: a whole number from 0 to 2^64 - 1. */
export type AmountLike = bigint | number | string | LongLike | BigNumberLike

/**
 * The amount as a `bigint`.
 *
 * @param name What the amount is, for the message.
 * @throws {InvalidArgumentError} when it is negative, has a fraction, is not a number, or exceeds 2^64 - 1.
 */
export function parseAmount(value: AmountLike, name: string): bigint {
  const amount = toInteger(value, name)
  if (amount < 0n) throw new InvalidArgumentError(name, `Expected positive number as ${name}, got ${amount}`)
  if (amount > MAX_UINT64) throw doesNotFit(name, typeof value === 'object' ? amount : value)
  return amount
}

/** As `parseAmount`, and `Infinity` means without limit: 2^64 - 1. */
export function parseLimit(value: AmountLike, name: string): bigint {
  return value === Infinity ? MAX_UINT64 : parseAmount(value, name)
}

function toInteger(value: AmountLike, name: string): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return fromNumber(value, name)
  if (typeof value === 'string') return fromDecimal(value, name)
  if (isLong(value)) return fromLong(value)
  if (isBigNumber(value)) return fromBigNumber(value, name)
  throw new InvalidArgumentError(
    name,
    `${name} must be a bigint, number, decimal string, Long or BigNumber, got ${value === null ? 'null' : typeof value}`,
  )
}

function fromNumber(value: number, name: string): bigint {
  if (!Number.isFinite(value)) throw new InvalidArgumentError(name, `${name} must be finite`)
  if (!Number.isInteger(value)) throw fraction(name, value)
  return BigInt(value)
}

function fromBigNumber(value: BigNumberLike, name: string): bigint {
  const decimal = value.toFixed()
  if (decimal.endsWith('Infinity')) throw new InvalidArgumentError(name, `${name} must be finite`)
  return fromDecimal(decimal, name)
}

function fromDecimal(decimal: string, name: string): bigint {
  if (/^-?\d+$/.test(decimal)) return BigInt(decimal)
  if (/^-?\d*\.\d+$/.test(decimal)) throw fraction(name, decimal)
  throw new InvalidArgumentError(name, `${name} must be a decimal number of units, got "${decimal.slice(0, 40)}"`)
}

function fromLong({ high, low, unsigned }: LongLike): bigint {
  const bits = (BigInt(high) << 32n) | BigInt(low >>> 0)
  return unsigned ? BigInt.asUintN(64, bits) : BigInt.asIntN(64, bits)
}

function isLong(value: unknown): value is LongLike {
  const { low, high } = (value ?? {}) as Partial<LongLike>
  return typeof low === 'number' && typeof high === 'number'
}

function isBigNumber(value: unknown): value is BigNumberLike {
  const { isInteger, toFixed } = (value ?? {}) as Partial<BigNumberLike>
  return typeof isInteger === 'function' && typeof toFixed === 'function'
}

function fraction(name: string, value: number | string): InvalidArgumentError {
  return new InvalidArgumentError(
    name,
    `${name} must be a whole number of the asset's smallest unit, got ${value}: scale it up, or round it as you mean it`,
  )
}

function doesNotFit(name: string, value: bigint | number | string): InvalidArgumentError {
  return new InvalidArgumentError(name, `Value ${value} does not fit in a Long.`)
}
