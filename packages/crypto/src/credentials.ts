import { encodeAscii, labelBytes } from './ascii.js'
import { decodeBase64url, encodeBase64url } from './base64url.js'
import { isBytes, requireLength } from './byte-length.js'
import { AES_256_KEY_LENGTH, type CryptoProvider } from './crypto-provider.js'
import { openEnvelope, sealEnvelope } from './envelope.js'
import { invalidArgument } from './errors.js'
import { decodeLimitedToken, encodeLimitedToken } from './limited-token-layout.js'
import {
  decodeTokenContents,
  encodeTokenContents,
  RECEIPT_NONCE_LENGTH,
  RECEIPT_SECRET_LENGTH,
  TOKEN_NONCE_LENGTH,
  type TokenContents,
} from './token-layout.js'

/**
 * Characters a connection tag may have. With it, with receipts and all limits, a token has at most 706 characters, which
 * leaves the server's own account at least 316 of the 1023 an ILP address may have.
 */
export const MAX_CONNECTION_TAG_LENGTH = 400

/** A longer token does not fit any ILP address, so it is refused before any work is done for it. */
const MAX_TOKEN_LENGTH = 1023

/** What a server hands to a client for one connection. */
export interface Credentials {
  /** The address segment behind the server's account: base64url without padding, 66 characters when it hides nothing. */
  readonly token: string
  /** 32 bytes, to be given to the client over a secure channel. */
  readonly sharedSecret: Uint8Array
}

/** What a server finds again in the token of an address it once handed out. */
export interface TokenReading extends TokenContents {
  readonly sharedSecret: Uint8Array
}

/** Credentials of a server that keeps no state: the token in the address holds everything, encrypted. */
export interface ServerCredentials {
  /**
   * A new token and its shared secret.
   *
   * @throws {CryptoError} `invalidArgument` when the tag is not ASCII or longer than `MAX_CONNECTION_TAG_LENGTH`, when
   *   the receipt nonce is not 16 or the receipt secret not 32 bytes, when one is given without the other, or when a limit
   *   is no whole number that fits its field.
   */
  create(contents?: { readonly [K in keyof TokenContents]: TokenContents[K] | undefined }): Credentials
  /**
   * What `create` put into `token`, or `undefined` for any text that is not exactly one of this server's tokens. Whether it
   * has expired is for the caller to see, who knows the time.
   */
  read(token: string): TokenReading | undefined
}

const SHARED_SECRET_LABEL = labelBytes('ilp_stream_shared_secret')
const LIMITED_TOKEN_LABEL = labelBytes('ilp_stream_limited_token')
const NOTHING = new Uint8Array(0)
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn

/**
 * Credentials under `serverSecret`, in the format `ilp-protocol-stream` 2.x uses, so that addresses handed out by it stay
 * valid: the token is encrypted under the server secret itself, the shared secret is an HMAC of the token's bytes
 * (RFC 0029 section 4.1). A token with limits has a format of its own, under a key of its own: 2.x refuses it, rather
 * than overlook what limits it.
 *
 * @throws {CryptoError} `invalidArgument` when `serverSecret` is not 32 bytes.
 */
export function serverCredentials(crypto: CryptoProvider, serverSecret: Uint8Array): ServerCredentials {
  requireLength('serverSecret', serverSecret, AES_256_KEY_LENGTH, ': make one with randomBytes(32) and keep it')
  const encryption = crypto.aes256Gcm(serverSecret)
  const limitedEncryption = crypto.aes256Gcm(crypto.hmacSha256(serverSecret)(LIMITED_TOKEN_LABEL))
  const sharedSecretOf = crypto.hmacSha256(crypto.hmacSha256(serverSecret)(SHARED_SECRET_LABEL))
  return {
    create({ connectionTag = '', receiptNonce, receiptSecret, expiresAt, receiveMax, maxPackets } = {}) {
      const tag = tagBytes(connectionTag)
      requireReceiptPair(receiptNonce, receiptSecret)
      requireLimits(expiresAt, receiveMax, maxPackets)
      const nonce = crypto.randomBytes(TOKEN_NONCE_LENGTH)
      const isLimited = expiresAt !== undefined || receiveMax !== undefined || maxPackets !== undefined
      const contents = {
        ...(connectionTag === '' ? {} : { connectionTag }),
        ...(receiptNonce && receiptSecret ? { receiptNonce, receiptSecret } : {}),
        ...(expiresAt === undefined ? {} : { expiresAt }),
        ...(receiveMax === undefined ? {} : { receiveMax }),
        ...(maxPackets === undefined ? {} : { maxPackets }),
      }
      const token = isLimited
        ? sealEnvelope(crypto, limitedEncryption, encodeLimitedToken(nonce, contents))
        : sealEnvelope(
            crypto,
            encryption,
            encodeTokenContents(nonce, tag, receiptNonce ?? NOTHING, receiptSecret ?? NOTHING),
          )
      return { token: encodeBase64url(token), sharedSecret: sharedSecretOf(token) }
    },
    read(token) {
      const envelope = token.length <= MAX_TOKEN_LENGTH ? decodeBase64url(token) : undefined
      if (envelope === undefined) return undefined
      const plaintext = openEnvelope(encryption, envelope)
      const limited = plaintext === undefined ? openEnvelope(limitedEncryption, envelope) : undefined
      const contents = plaintext ? decodeTokenContents(plaintext) : limited && decodeLimitedToken(limited)
      return contents && { sharedSecret: sharedSecretOf(envelope), ...contents }
    },
  }
}

function requireLimits(
  expiresAt: number | undefined,
  receiveMax: bigint | undefined,
  maxPackets: number | undefined,
): void {
  if (expiresAt !== undefined && !(Number.isSafeInteger(expiresAt) && expiresAt >= 0)) {
    throw invalidArgument(`expiresAt must be whole milliseconds since the Unix epoch, got ${String(expiresAt)}`)
  }
  if (receiveMax !== undefined && !(typeof receiveMax === 'bigint' && receiveMax >= 0n && receiveMax <= MAX_UINT64)) {
    throw invalidArgument(`receiveMax must be a bigint from 0 to 2^64 - 1, got ${String(receiveMax)}`)
  }
  if (maxPackets !== undefined && !(Number.isSafeInteger(maxPackets) && maxPackets > 0)) {
    throw invalidArgument(`maxPackets must be a positive whole number, got ${String(maxPackets)}`)
  }
}

function tagBytes(tag: string): Uint8Array {
  if (typeof tag !== 'string') throw invalidArgument(`connectionTag must be a string, got ${typeof tag}`)
  if (tag.length > MAX_CONNECTION_TAG_LENGTH) {
    throw invalidArgument(
      `connectionTag must have at most ${MAX_CONNECTION_TAG_LENGTH} characters, got ${tag.length}: ` +
        'it travels in every ILP address, so keep longer data yourself and tag the connection with its key',
    )
  }
  const bytes = encodeAscii(tag)
  if (!bytes) throw invalidArgument('connectionTag must be ASCII: encode other text first, for example as base64url')
  return bytes
}

function requireReceiptPair(nonce: Uint8Array | undefined, secret: Uint8Array | undefined): void {
  if ((nonce === undefined) !== (secret === undefined)) {
    throw invalidArgument('receiptNonce and receiptSecret must accompany each other')
  }
  if (nonce !== undefined && !(isBytes(nonce) && nonce.length === RECEIPT_NONCE_LENGTH)) {
    throw invalidArgument('receiptNonce must be 16 bytes')
  }
  if (secret !== undefined && !(isBytes(secret) && secret.length === RECEIPT_SECRET_LENGTH)) {
    throw invalidArgument('receiptSecret must be 32 bytes')
  }
}
