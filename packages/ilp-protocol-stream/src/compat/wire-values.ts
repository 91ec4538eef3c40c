import Long from 'long'
import { parseAmount, type LongLike } from '../amount.js'
import { longFromValue, type LongValue } from './entries/util/long.js'

/** What frames take for a 64-bit integer. */
export type WireInteger = LongValue | LongLike

/** An unsigned `Long`, checked as 2.x does. */
export function unsigned(value: WireInteger): Long {
  return longFromValue(value, true)
}

/** A limit of money: `Infinity` is none. */
export function unsignedLimit(value: WireInteger): Long {
  return value === Infinity ? Long.MAX_UNSIGNED_VALUE : unsigned(value)
}

/** An amount for the codec. */
export function amount(value: LongLike): bigint {
  return parseAmount(value, 'amount')
}

/** A position or id for the codec, which refuses those above 2^53 - 1. */
export function position(value: Long): number {
  return value.toNumber()
}

/** A limit for the codec: one above 2^53 - 1 is as good as none. */
export function positionLimit(value: Long): number {
  return Math.min(value.toNumber(), Number.MAX_SAFE_INTEGER)
}

/** What the codec read. */
export function long(value: number | bigint): Long {
  return typeof value === 'number' ? Long.fromNumber(value, true) : Long.fromString(value.toString(), true)
}
