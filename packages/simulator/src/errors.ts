const shown = (value: unknown): string => {
  if (typeof value === 'string') return `"${value}"`
  if (typeof value === 'function' || (typeof value === 'object' && value !== null))
    return `a value of type ${typeof value}`
  return String(value)
}

/** Misuse by the caller: a setting that cannot be. Says which, what it was, and what was expected. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError'
  /** The option or argument that was wrong. */
  readonly field: string
  readonly expected: string

  constructor(field: string, value: unknown, expected: string) {
    super(`${field} is ${shown(value)}; expected ${expected}`)
    this.field = field
    this.expected = expected
  }
}
