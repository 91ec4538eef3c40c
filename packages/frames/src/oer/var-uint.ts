/** Largest amount ILPv4 and STREAM can carry: 2^64 - 1. */
export const MAX_UINT64 = 0xffff_ffff_ffff_ffffn

/**
 * One u64 seen as a bigint and as two 32-bit halves. Moving halves is about twice as fast as shifting and masking a
 * bigint, and no intermediate bigint is allocated.
 */
const scratch = new BigUint64Array(1)
const halves = new Uint32Array(scratch.buffer)
scratch[0] = 1n
const LOW = halves[0] === 1 ? 0 : 1
const HIGH = 1 - LOW

/** Lower 32 bits of a u64. */
export function lowHalf(value: bigint): number {
  scratch[0] = value
  return halves[LOW]!
}

/** Upper 32 bits of the u64 last given to {@link lowHalf}. */
export function highHalf(): number {
  return halves[HIGH]!
}

/** The u64 with these 32-bit halves. */
export function joinHalves(high: number, low: number): bigint {
  halves[LOW] = low
  halves[HIGH] = high
  return scratch[0]!
}

/** Bytes of the shortest big-endian form of `high * 2^32 + low`, 1 to 8. */
export function magnitudeSize(high: number, low: number): number {
  if (high === 0) return low < 0x100 ? 1 : low < 0x1_0000 ? 2 : low < 0x100_0000 ? 3 : 4
  return high < 0x100 ? 5 : high < 0x1_0000 ? 6 : high < 0x100_0000 ? 7 : 8
}

/**
 * Bytes `value` takes as a VarUInt, length prefix included: 2 to 9. `value` is an integer from 0 to 2^53 - 1;
 * for anything else the result means nothing, and writing it throws.
 */
export function varUintNumberSize(value: number): number {
  if (typeof value !== 'number') return 0
  if (value < 0x100) return 2
  if (value < 0x1_0000) return 3
  if (value < 0x1_0000_0000) return value < 0x100_0000 ? 4 : 5
  return value < 0x100_0000_0000 ? 6 : value < 0x1_0000_0000_0000 ? 7 : 8
}

/**
 * Bytes `value` takes as a VarUInt, length prefix included: 2 to 9. `value` is from 0 to 2^64 - 1;
 * for anything else the result means nothing, and writing it throws.
 */
export function varUintSize(value: bigint): number {
  if (typeof value !== 'bigint') return 0
  if (value < 0x1_0000_0000n) return varUintNumberSize(Number(value))
  if (value < 0x1_0000_0000_0000n) return value < 0x100_0000_0000n ? 6 : 7
  return value < 0x100_0000_0000_0000n ? 8 : 9
}

/** Bytes of the length prefix in front of `length` bytes: 1 below 128, then 1 more than `length` itself needs. */
export function lengthPrefixSize(length: number): number {
  return length < 0x80 ? 1 : varUintNumberSize(length)
}

/** Bytes that `length` bytes take as a VarOctetString, length prefix included. */
export function varOctetsSize(length: number): number {
  return lengthPrefixSize(length) + length
}
