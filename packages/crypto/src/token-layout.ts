import { decodeAscii } from './ascii.js'
import { octetStringSize, readOctetString, writeOctetString } from './octet-string.js'

/** What a server hides in an address token. */
export interface TokenContents {
  readonly connectionTag?: string
  /** 16 bytes; present together with `receiptSecret`. */
  readonly receiptNonce?: Uint8Array
  /** 32 bytes; present together with `receiptNonce`. */
  readonly receiptSecret?: Uint8Array
  /** Milliseconds since the Unix epoch after which the token is worth nothing. */
  readonly expiresAt?: number
  /** Most that its connection receives in all, in the server's units. */
  readonly receiveMax?: bigint
  /** Most packets its connection seals, requests and replies. */
  readonly maxPackets?: number
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
  const length = strings.reduce((sum, string) => sum + octetStringSize(string.length), nonce.length)
  const bytes = new Uint8Array(length)
  bytes.set(nonce)
  let offset = nonce.length
  for (const string of strings) offset = writeOctetString(bytes, offset, string)
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
