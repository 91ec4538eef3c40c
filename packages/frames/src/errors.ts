/**
 * Bytes that are not a valid packet. A peer's fault, so whoever decodes catches it and treats it as a value.
 * Recognise it across copies of the package by `name`.
 */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
  /** Position of the fault, in bytes from the start of the input. */
  readonly offset: number
  /** The field that could not be read, e.g. `sequence` or `StreamMoney.shares`. */
  readonly field: string

  constructor(field: string, offset: number, reason: string) {
    super(`Cannot decode ${field} at byte ${offset}: ${reason}`)
    this.field = field
    this.offset = offset
  }
}

/** A value that has no encoding: the caller's mistake. Recognise it across copies of the package by `name`. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError'
  /** The field that could not be written, e.g. `sequence` or `StreamMoney.shares`. */
  readonly field: string
  /** What the field must hold. */
  readonly expected: string

  constructor(field: string, value: unknown, expected: string) {
    super(`Cannot encode ${field}: expected ${expected}, got ${describe(value)}`)
    this.field = field
    this.expected = expected
  }
}

/** Numbers as they are; of everything else only the kind and the length, because contents may be secret. */
function describe(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'bigint':
      return `${value}n`
    case 'string':
      return `a string of ${value.length} characters`
    case 'object':
      if (value === null) return 'null'
      return value instanceof Uint8Array ? `${value.length} bytes` : 'an object'
    default:
      return `a ${typeof value}`
  }
}
