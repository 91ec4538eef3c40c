import type { Ratio } from '@stream/connection'
import { SimulatorError } from './errors.js'

export interface Asset {
  readonly code: string
  /** Decimal places: with scale 9, 10^9 units are one whole of the asset. 0 to 255. */
  readonly scale: number
}

const DECIMAL = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/

/**
 * The exact ratio that a decimal says: `'0.1'` is 1/10, not the nearest binary fraction.
 * A number counts as the decimal it is printed as.
 */
export const decimalRatio = (value: string | number, field = 'ratio'): Ratio => {
  const match = DECIMAL.exec(String(value))
  if (match === null) throw new SimulatorError(field, value, 'a decimal, 0 or more, such as "0.25"')
  const fraction = match[2] ?? ''
  const exponent = Number(match[3] ?? 0) - fraction.length
  const digits = BigInt(`${match[1]}${fraction}`)
  return exponent >= 0
    ? { numerator: digits * 10n ** BigInt(exponent), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-exponent) }
}

/**
 * Units that leave for units that came: the price of one whole of `from` in wholes of `to`, less the fee, between the two scales.
 */
export const unitRate = (from: Asset, to: Asset, price: Ratio, fee: Ratio): Ratio => {
  const kept = fee.denominator - fee.numerator
  const shift = to.scale - from.scale
  const up = shift > 0 ? 10n ** BigInt(shift) : 1n
  const down = shift < 0 ? 10n ** BigInt(-shift) : 1n
  return { numerator: price.numerator * kept * up, denominator: price.denominator * fee.denominator * down }
}

/** What leaves: connectors round down. */
export const convertFloor = (amount: bigint, rate: Ratio): bigint => (amount * rate.numerator) / rate.denominator

export const checkRatio = (field: string, value: Ratio): void => {
  if (value.numerator < 0n || value.denominator <= 0n) {
    throw new SimulatorError(field, `${value.numerator}/${value.denominator}`, 'a ratio, 0 or more')
  }
}
