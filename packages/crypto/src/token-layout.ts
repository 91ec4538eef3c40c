import { decodeAscii } from './ascii.js'

/** What a server hides in an address token. */
export interface TokenContents {
  readonly connectionTag?: string
  /** 16 bytes; present together with `receiptSecret`. */
  readonly receiptNonce?: Uint8Array
  /** 32 bytes; present together with `receiptNonce`. */
  readonly receiptSecret?: Uint8Array
}

/** Random bytes at the head of a token, which make every token (and so every shared secret) different. */
export const TOKEN_NONCE_LENGTH = 18
export const RECEIPT_NONCE_LENGTH = 16
export const RECEIPT_SECRET_LENGTH = 32

/** Nonce, then tag, receipt nonce and receipt secret as variable-length octet strings (RFC 0030), empty when absent. */
export function encodeTokenContents(
  nonce: Uint8Array,
  tag: Uint8Array,
  receiptNonce: Uint8Array,
  receiptSecret: Uint8Array,
): Uint8Array {
  const strings = [tag, receiptNonce, receiptSecret]
  const length = strings.reduce((sum, string) => sum + lengthPrefix(string.length).length + string.length, nonce.length)
  const bytes = new Uint8Array(length)
  bytes.set(nonce)
  let offset = nonce.length
  for (const string of strings) {
    const prefix = lengthPrefix(string.length)
    bytes.set(prefix, offset)
    bytes.set(string, offset + prefix.length)
    offset += prefix.length + string.length
  }
  return bytes
}

/** The contents of an authenticated token, or `undefined` when it is not laid out as `encodeTokenContents` does. */
export function decodeTokenContents(bytes: Uint8Array): TokenContents | undefined {
  const tag = readOctetString(bytes, TOKEN_NONCE_LENGTH)
  const receiptNonce = tag && readOctetString(bytes, tag.end)
  const receiptSecret = receiptNonce && readOctetString(bytes, receiptNonce.end)
  if (!receiptSecret || receiptSecret.end !== bytes.length) return undefined

  const receipts = receiptNonce.string.length > 0
  if (receiptNonce.string.length !== (receipts ? RECEIPT_NONCE_LENGTH : 0)) return undefined
  if (receiptSecret.string.length !== (receipts ? RECEIPT_SECRET_LENGTH : 0)) return undefined
  return {
    ...(tag.string.length > 0 ? { connectionTag: decodeAscii(tag.string) } : {}),
    ...(receipts ? { receiptNonce: receiptNonce.string, receiptSecret: receiptSecret.string } : {}),
  }
}

/** One byte up to 127; above, 0x80 plus how many big-endian length bytes follow. */
function lengthPrefix(length: number): readonly number[] {
  if (length < 0x80) return [length]
  if (length < 0x100) return [0x81, length]
  return [0x82, length >>> 8, length & 0xff]
}

/** A copy of the octet string at `start` and the offset behind it; `undefined` when it is cut off or not canonical. */
function readOctetString(bytes: Uint8Array, start: number): { string: Uint8Array; end: number } | undefined {
  const first = bytes[start]
  if (first === undefined) return undefined
  let length = first
  if (first === 0x81) length = bytes[start + 1] ?? 0
  if (first === 0x82) length = ((bytes[start + 1] ?? 0) << 8) | (bytes[start + 2] ?? 0)
  const prefix = lengthPrefix(length)
  const begin = start + prefix.length
  const end = begin + length
  if (prefix[0] !== first || end > bytes.length) return undefined
  return { string: new Uint8Array(bytes.subarray(begin, end)), end }
}
