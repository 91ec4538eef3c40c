import type { Ratio } from './path/ratio.js'

/** More than one program has use for, as a rule. */
const MAX_KEPT = 8

/**
 * Connections of one program mostly have the same settings: equal ones share one object, which is checked once. Keeps
 * the few that were asked for last.
 */
export class SettingsPool<T extends object> {
  readonly #kept: T[] = []

  /** @param check throws for what cannot work; equal settings have passed it before. */
  share(settings: T, check: (settings: T) => void): T {
    const known = this.#kept.find((one) => areEqual(one, settings))
    if (known !== undefined) return known
    check(settings)
    if (this.#kept.length >= MAX_KEPT) this.#kept.shift()
    this.#kept.push(settings)
    return settings
  }
}

function areEqual<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(a) as (keyof T)[]
  return keys.length === Object.keys(b).length && keys.every((key) => isSame(a[key], b[key]))
}

function isSame(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (isRatio(a) && isRatio(b) && a.numerator === b.numerator && a.denominator === b.denominator)
}

function isRatio(value: unknown): value is Ratio {
  return typeof value === 'object' && value !== null && 'numerator' in value && 'denominator' in value
}
