import { decodeAscii, encodeAscii } from './ascii.js'
import { octetStringSize, readOctetString, writeOctetString } from './octet-string.js'
import { RECEIPT_NONCE_LENGTH, RECEIPT_SECRET_LENGTH, TOKEN_NONCE_LENGTH, type TokenContents } from './token-layout.js'

/** The first byte. A later version that means something else by a field has another one. */
const VERSION = 2

/** Fields come in this order, each once at most: a byte with its number, then its value as an octet string (RFC 0030). */
const Field = { connectionTag: 1, receiptKey: 2, expiresAt: 3, receiveMax: 4, maxPackets: 5 } as const
const LAST_FIELD = Field.maxPackets

/**
 * Tokens that 2.x does not know: version, nonce, fields. What is not there is not limited. A field of a later version is
 * not skipped: a limit that is not understood must not be ignored.
 */
export function encodeLimitedToken(nonce: Uint8Array, contents: TokenContents): Uint8Array {
  const { connectionTag, receiptNonce, receiptSecret, expiresAt, receiveMax, maxPackets } = contents
  const fields: [number, Uint8Array][] = []
  if (connectionTag !== undefined) fields.push([Field.connectionTag, encodeAscii(connectionTag) ?? new Uint8Array(0)])
  if (receiptNonce !== undefined && receiptSecret !== undefined) {
    fields.push([Field.receiptKey, new Uint8Array([...receiptNonce, ...receiptSecret])])
  }
  if (expiresAt !== undefined) fields.push([Field.expiresAt, encodeNumber(BigInt(expiresAt))])
  if (receiveMax !== undefined) fields.push([Field.receiveMax, encodeNumber(receiveMax)])
  if (maxPackets !== undefined) fields.push([Field.maxPackets, encodeNumber(BigInt(maxPackets))])

  const size = fields.reduce((sum, [, value]) => sum + 1 + octetStringSize(value.length), 1 + nonce.length)
  const bytes = new Uint8Array(size)
  bytes[0] = VERSION
  bytes.set(nonce, 1)
  let offset = 1 + nonce.length
  for (const [field, value] of fields) {
    bytes[offset] = field
    offset = writeOctetString(bytes, offset + 1, value)
  }
  return bytes
}

/** The contents of an authenticated token, or `undefined` when it is not laid out as `encodeLimitedToken` does. */
export function decodeLimitedToken(bytes: Uint8Array): TokenContents | undefined {
  if (bytes[0] !== VERSION || bytes.length < 1 + TOKEN_NONCE_LENGTH) return undefined
  let contents: TokenContents = {}
  let last = 0
  for (let offset = 1 + TOKEN_NONCE_LENGTH; offset < bytes.length;) {
    const field = bytes[offset]!
    const value = readOctetString(bytes, offset + 1)
    if (field <= last || field > LAST_FIELD || value === undefined) return undefined
    const read = readField(field, value.string)
    if (read === undefined) return undefined
    contents = { ...contents, ...read }
    last = field
    offset = value.end
  }
  return contents
}

function readField(field: number, value: Uint8Array): TokenContents | undefined {
  switch (field) {
    case Field.connectionTag:
      return value.length === 0 ? undefined : { connectionTag: decodeAscii(value) }
    case Field.receiptKey:
      if (value.length !== RECEIPT_NONCE_LENGTH + RECEIPT_SECRET_LENGTH) return undefined
      return { receiptNonce: value.slice(0, RECEIPT_NONCE_LENGTH), receiptSecret: value.slice(RECEIPT_NONCE_LENGTH) }
    case Field.receiveMax: {
      const receiveMax = decodeNumber(value)
      return receiveMax === undefined ? undefined : { receiveMax }
    }
    default: {
      const number = Number(decodeNumber(value) ?? NaN)
      if (!Number.isSafeInteger(number)) return undefined
      return field === Field.expiresAt ? { expiresAt: number } : { maxPackets: number }
    }
  }
}

/** Big-endian, in as few bytes as hold it, at least one. */
function encodeNumber(value: bigint): Uint8Array {
  const digits = value.toString(16)
  const hex = digits.length % 2 === 0 ? digits : `0${digits}`
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}

/** `undefined` for more than 64 bits, and for more bytes than needed: there is one token for one set of contents. */
function decodeNumber(bytes: Uint8Array): bigint | undefined {
  if (bytes.length === 0 || bytes.length > 8 || (bytes.length > 1 && bytes[0] === 0)) return undefined
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}
