import { BigNumber } from 'bignumber.js'
import { ratio, type Ratio } from '@stream/connection'
import { InvalidArgumentError } from './errors.js'

/** A rate or share as people write it: `0.5`, `'0.000001'`, `2n`, any copy of a `BigNumber`. */
export type DecimalLike = number | string | bigint | { toFixed(): string }

// 19 decimals, rounded half up: as many as an unsigned 64-bit denominator could ever justify.
const Decimal = BigNumber.clone({ DECIMAL_PLACES: 19, ROUNDING_MODE: BigNumber.ROUND_HALF_UP })

/**
 * The ratio that the shortest decimal form of `value` stands for, exactly: `0.1` is 1/10, not what a float makes of it.
 * @throws {InvalidArgumentError} when it is not a finite number of at least 0.
 */
export function parseDecimal(value: DecimalLike, name: string): Ratio {
  const written = typeof value === 'object' ? value.toFixed() : typeof value === 'bigint' ? value.toString() : value
  const decimal = read(written)
  if (!decimal?.isFinite() || decimal.isNegative()) {
    throw new InvalidArgumentError(name, `${name} must be a finite number, 0 or more, got ${written}`)
  }
  const places = decimal.decimalPlaces() ?? 0
  return ratio(BigInt(decimal.shiftedBy(places).toFixed()), 10n ** BigInt(places))
}

function read(value: number | string): BigNumber | undefined {
  try {
    return new BigNumber(value)
  } catch {
    return undefined // it throws for text that is no number
  }
}

/** The shortest decimal form with at most 19 decimals, never in exponent notation. */
export function formatRatio({ numerator, denominator }: Ratio): string {
  return new Decimal(numerator.toString()).dividedBy(denominator.toString()).toFixed()
}
