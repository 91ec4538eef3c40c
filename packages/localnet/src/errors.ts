/** Why a localnet could not do what it was asked: names what was wrong, what was expected, what to do. */
export class LocalnetError extends Error {
  override readonly name = 'LocalnetError'
  /** `option`: an option that cannot be. `portInUse`, `listen`: the port could not be opened. `closed`: it is closed already. */
  readonly code: 'option' | 'portInUse' | 'listen' | 'closed'

  constructor(code: LocalnetError['code'], message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

export const optionError = (option: string, value: unknown, expected: string): LocalnetError => {
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  const shown = isNumber ? `${value}` : typeof value === 'string' ? `"${value}"` : typeof value
  return new LocalnetError('option', `option ${option} is ${shown}; expected ${expected}`)
}
