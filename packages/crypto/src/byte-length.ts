import { invalidArgument } from './errors.js'

/** True for a `Uint8Array` (or `Buffer`) of any realm, so also under test runners that run code in a second one. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]'
}

/** Says what `value` is without its contents, which may be secret. */
export function describeBytes(value: unknown): string {
  if (isBytes(value)) return `${value.length} ${value.length === 1 ? 'byte' : 'bytes'}`
  return value === null ? 'null' : typeof value
}

/**
 * Refuses anything but a `Uint8Array` of exactly `length` bytes.
 * @throws {CryptoError} `invalidArgument`, naming the argument and both lengths.
 */
export function requireLength(name: string, value: Uint8Array, length: number, advice = ''): void {
  if (isBytes(value) && value.length === length) return
  throw invalidArgument(`${name} must be a Uint8Array of ${length} bytes, got ${describeBytes(value)}${advice}`)
}
