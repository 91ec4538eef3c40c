/** An exact, non-negative ratio. Rates are destination units per source unit. */
export interface Ratio {
  readonly numerator: bigint
  readonly denominator: bigint
}

/**
 * @throws RangeError when the numerator is negative or the denominator is not positive.
 */
export function ratio(numerator: bigint, denominator = 1n): Ratio {
  if (numerator < 0n) throw new RangeError(`Ratio numerator is ${numerator}: it must not be negative`)
  if (denominator <= 0n) throw new RangeError(`Ratio denominator is ${denominator}: it must be positive`)
  return { numerator, denominator }
}

export function multiplyFloor(amount: bigint, r: Ratio): bigint {
  return (amount * r.numerator) / r.denominator
}

export function multiplyCeil(amount: bigint, r: Ratio): bigint {
  return (amount * r.numerator + r.denominator - 1n) / r.denominator
}

/**
 * The most that, multiplied by `r`, stays within `amount`.
 * @throws RangeError when `r` is zero.
 */
export function divideFloor(amount: bigint, r: Ratio): bigint {
  if (r.numerator === 0n) throw new RangeError('Cannot divide by a ratio of zero: check for it first')
  return (amount * r.denominator) / r.numerator
}

/** Negative when `a < b`, zero when they are equal, positive when `a > b`. */
export function compareRatios(a: Ratio, b: Ratio): number {
  const left = a.numerator * b.denominator
  const right = b.numerator * a.denominator
  return left < right ? -1 : left > right ? 1 : 0
}

/** The product in lowest terms, so that chains of products stay small. */
export function multiplyRatios(a: Ratio, b: Ratio): Ratio {
  const numerator = a.numerator * b.numerator
  const denominator = a.denominator * b.denominator
  const divisor = greatestCommonDivisor(numerator, denominator)
  return { numerator: numerator / divisor, denominator: denominator / divisor }
}

/**
 * `1 − r`: what is left after a slippage of `r`.
 * @throws RangeError when `r` is above one.
 */
export function subtractFromOne(r: Ratio): Ratio {
  if (r.numerator > r.denominator) {
    throw new RangeError(`Cannot subtract ${r.numerator}/${r.denominator} from one: it must be between 0 and 1`)
  }
  return { numerator: r.denominator - r.numerator, denominator: r.denominator }
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}
