import Long from 'long'
import { MAX_UINT64 } from '@stream/frames'
import type { LongLike } from '../../../amount.js'

/** A 64-bit integer as 2.x takes it; a string is decimal. */
export type LongValue = Long | string | number

/**
 * The value as a `Long` of this package's copy.
 *
 * @throws `Expected positive number`, `Value … does not fit in a Long.`, or `Expected unsigned Long` (or signed).
 */
export function longFromValue(value: LongValue | LongLike, unsigned: boolean): Long {
  if (typeof value === 'object') return longFromLong(value, unsigned)
  const isNegative = typeof value === 'number' ? value < 0 : value.startsWith('-')
  if (unsigned && isNegative) throw new Error('Expected positive number')
  if (typeof value === 'number') return Long.fromNumber(value, unsigned)
  const long = Long.fromString(value, unsigned)
  if (long.toString() !== value) throw new Error(`Value ${value} does not fit in a Long.`)
  return long
}

/** The larger of two. */
export function maxLong(a: Long, b: Long): Long {
  return a.greaterThan(b) ? a : b
}

/** The smaller of two. */
export function minLong(a: Long, b: Long): Long {
  return a.lessThan(b) ? a : b
}

/** The smallest of at least one. */
export function minLongs(values: Long[]): Long {
  return values.reduce(minLong)
}

/** Decimal digits of an unsigned value; 0 has none. */
export function countDigits(value: Long): number {
  return value.isZero() ? 0 : value.toString().length
}

/** `a + b`, or 2^64 - 1 and `overflow`. */
export function checkedAdd(a: Long, b: Long): { sum: Long; overflow: boolean } {
  const sum = toBigInt(a) + toBigInt(b)
  return { sum: fromBigInt(sum), overflow: sum > MAX_UINT64 }
}

/** `a - b`, or 0 and `underflow`. */
export function checkedSubtract(a: Long, b: Long): { difference: Long; underflow: boolean } {
  const difference = toBigInt(a) - toBigInt(b)
  return { difference: fromBigInt(difference), underflow: difference < 0n }
}

/** `a * b`, or 2^64 - 1 and `overflow`. */
export function checkedMultiply(a: Long, b: Long): { product: Long; overflow: boolean } {
  const product = toBigInt(a) * toBigInt(b)
  return { product: fromBigInt(product), overflow: product > MAX_UINT64 }
}

/** `a * b / c`, rounded down; at most 2^64 - 1. */
export function multiplyDivideFloor(a: Long, b: Long, c: Long): Long {
  return multiplyDivide(a, b, c).quo
}

/** `a * b / c`, rounded up; at most 2^64 - 1. */
export function multiplyDivideCeil(a: Long, b: Long, c: Long): Long {
  const divisor = toBigInt(c)
  return fromBigInt((toBigInt(a) * toBigInt(b) + divisor - 1n) / divisor)
}

/** `a * b / c`, rounded to the nearest, halves up; at most 2^64 - 1. */
export function multiplyDivideRound(a: Long, b: Long, c: Long): Long {
  const divisor = toBigInt(c)
  return fromBigInt((2n * toBigInt(a) * toBigInt(b) + divisor) / (2n * divisor))
}

/** Quotient and remainder of `a * b / c`, of which the product may have 128 bits; 2^64 - 1 and 0 when the quotient has more than 64. */
export function multiplyDivide(a: Long, b: Long, c: Long): { quo: Long; rem: Long } {
  const product = toBigInt(a) * toBigInt(b)
  const divisor = toBigInt(c)
  const quotient = product / divisor
  return { quo: fromBigInt(quotient), rem: quotient > MAX_UINT64 ? Long.UZERO : fromBigInt(product % divisor) }
}

/** Programs bring their own copy of `long`, whose methods may be others. */
function longFromLong(value: Long | LongLike, unsigned: boolean): Long {
  if (value.unsigned !== unsigned) throw new Error(`Expected ${unsigned ? 'unsigned' : 'signed'} Long`)
  return value instanceof Long ? value : Long.fromBits(value.low, value.high, value.unsigned)
}

function toBigInt({ high, low }: Long): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}

/** Saturates at both ends of the unsigned range. */
function fromBigInt(value: bigint): Long {
  if (value < 0n) return Long.UZERO
  return value > MAX_UINT64 ? Long.MAX_UNSIGNED_VALUE : Long.fromString(value.toString(), true)
}
