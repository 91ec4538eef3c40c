/**
 * The cryptography and the only randomness the protocol has. Everything is synchronous: a promise in the packet path
 * would reorder packets and end determinism.
 *
 * Keys are prepared once and used for many packets, so that a provider can keep its own form of a key (an expanded key,
 * a native key object) for as long as the connection lives. A provider copies what it is given: changing or zeroing the
 * caller's key afterwards has no effect on a prepared one.
 *
 * `testCryptoProvider` from `@stream/crypto/compliance` proves an implementation.
 */
export interface CryptoProvider {
  /** `length` bytes from a cryptographically secure source, in memory of their own, never handed out again. */
  randomBytes(length: number): Uint8Array
  /** SHA-256 of `data`: 32 bytes. */
  sha256(data: Uint8Array): Uint8Array
  /** HMAC-SHA256 under `key`, which may have any length. */
  hmacSha256(key: Uint8Array): HmacSha256
  /**
   * AES-256-GCM under `key`.
   * @throws {CryptoError} `invalidArgument` when the key is not 32 bytes.
   */
  aes256Gcm(key: Uint8Array): Aes256Gcm
}

/** A prepared key: `data` in, 32 bytes out. */
export type HmacSha256 = (data: Uint8Array) => Uint8Array

/** A prepared AES-256-GCM key; no additional data, 16-byte tags, 12-byte IVs. */
export interface Aes256Gcm {
  /**
   * Encrypts and authenticates: `into` has the tag from `at` on, 16 bytes, and behind it the ciphertext, as long as the
   * plaintext. The caller never uses one `iv` twice under the same key, and may use it for something else afterwards.
   * @throws {CryptoError} `invalidArgument` when `iv` is not 12 bytes.
   * @throws {RangeError} when `into` has no room for it.
   */
  seal(iv: Uint8Array, plaintext: Uint8Array, into: Uint8Array, at: number): void
  /**
   * The plaintext, or `undefined` when the tag does not authenticate the ciphertext. No byte of an unauthenticated
   * plaintext leaves this call. The caller may use `iv` and `tag` for something else afterwards.
   * @throws {CryptoError} `invalidArgument` when `iv` is not 12 bytes or `tag` not 16.
   */
  open(iv: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): Uint8Array | undefined
}

/** Bytes of an AES-256 key. */
export const AES_256_KEY_LENGTH = 32
/** Bytes of the random IV at the head of an envelope. */
export const IV_LENGTH = 12
/** Bytes of a GCM authentication tag. Shorter ones are never accepted: each missing byte makes a forgery 256 times easier. */
export const TAG_LENGTH = 16
