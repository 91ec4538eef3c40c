/** An ILP address (RFC 0015), e.g. `test.localnet.alice`. */
export type IlpAddress = string

/** Characters of the longest ILP address. */
export const MAX_ADDRESS_LENGTH = 1023

const ALLOCATION_SCHEMES = ['g', 'private', 'example', 'peer', 'self', 'test', 'test1', 'test2', 'test3', 'local']
const PATTERN = /^(?:g|private|example|peer|self|test[1-3]?|local)(?:\.[a-zA-Z0-9_~-]+)+$/

/** A string given as an ILP address is none. Recognise it across copies of the package by `name`. */
export class IlpAddressError extends Error {
  override readonly name = 'IlpAddressError'

  constructor(fault: string) {
    super(`Not an ILP address: ${fault}`)
  }
}

/** Whether `value` is a complete ILP address: a known allocation scheme and at least one segment behind it. */
export function isValidIlpAddress(value: unknown): value is IlpAddress {
  if (value === lastValid) return true
  if (typeof value !== 'string' || value.length > MAX_ADDRESS_LENGTH || !PATTERN.test(value)) return false
  lastValid = value
  lastBytes = undefined
  return true
}

/** Packets in a row mostly have the same address, which then is not read and checked again. */
let lastValid: IlpAddress | undefined
/** Its bytes, once they were needed: they are compared and copied faster than the text. */
let lastBytes: Uint8Array | undefined

/** The last valid address, where these bytes are it. */
export function lastAddressIn(bytes: Uint8Array, start: number, length: number): IlpAddress | undefined {
  if (lastValid?.length !== length) return undefined
  if (lastBytes === undefined) {
    for (let i = 0; i < length; i++) if (bytes[start + i] !== lastValid.charCodeAt(i)) return undefined
    lastBytes = Uint8Array.prototype.slice.call(bytes, start, start + length)
  } else {
    for (let i = 0; i < length; i++) if (bytes[start + i] !== lastBytes[i]) return undefined
  }
  return lastValid
}

/** The bytes of this address, should it be the last valid one. */
export function lastBytesOf(address: IlpAddress): Uint8Array | undefined {
  if (address !== lastValid) return undefined
  if (lastBytes === undefined) {
    lastBytes = new Uint8Array(address.length)
    for (let i = 0; i < address.length; i++) lastBytes[i] = address.charCodeAt(i)
  }
  return lastBytes
}

/** Throws `IlpAddressError`, which names the fault, when `value` is no complete ILP address. */
export function assertIlpAddress(value: unknown): asserts value is IlpAddress {
  if (!isValidIlpAddress(value)) throw new IlpAddressError(addressFault(value))
}

// Segments may be credentials, so the message shows positions, not the address.
function addressFault(value: unknown): string {
  if (typeof value !== 'string') return `expected a string, got ${value === null ? 'null' : typeof value}`
  if (value === '') return 'it is empty'
  if (value.length > MAX_ADDRESS_LENGTH) return `${value.length} characters, at most ${MAX_ADDRESS_LENGTH} are allowed`
  const [scheme, ...segments] = value.split('.')
  if (!ALLOCATION_SCHEMES.includes(scheme!)) {
    return `it must start with an allocation scheme (${ALLOCATION_SCHEMES.join(', ')})`
  }
  if (segments.length === 0) return `nothing follows the allocation scheme '${scheme}'`
  const empty = segments.indexOf('')
  if (empty >= 0) return `segment ${empty + 2} is empty`
  return `character ${value.search(/[^a-zA-Z0-9_~.-]/) + 1} is not one of a-z A-Z 0-9 _ ~ - .`
}
