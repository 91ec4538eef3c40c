import { gcm } from '@noble/ciphers/aes'
import { hmac } from '@noble/hashes/hmac'
import { sha256 } from '@noble/hashes/sha2'
import { requireLength } from './byte-length.js'
import { AES_256_KEY_LENGTH, IV_LENGTH, TAG_LENGTH, type Aes256Gcm, type CryptoProvider } from './crypto-provider.js'
import { CryptoError } from './errors.js'
import { randomPool } from './random-pool.js'

/** The most bytes `getRandomValues` gives at once (Web Cryptography API). */
const MOST_RANDOM_BYTES = 65536

const pool = randomPool((bytes) => {
  const { crypto } = globalThis as { crypto?: { getRandomValues(array: Uint8Array): unknown } }
  if (typeof crypto?.getRandomValues !== 'function') {
    throw new CryptoError(
      'noRandomness',
      'this runtime has no globalThis.crypto.getRandomValues: load a polyfill of it first, or pass another CryptoProvider',
    )
  }
  for (let at = 0; at < bytes.length; at += MOST_RANDOM_BYTES) {
    crypto.getRandomValues(bytes.subarray(at, at + MOST_RANDOM_BYTES))
  }
})

/**
 * Runs wherever JavaScript does: browsers, workers, other runtimes. Ciphers and hashes are noble's (audited, no
 * dependencies), randomness is `globalThis.crypto.getRandomValues`. Slower than `nodeCrypto` on Node; results are equal.
 */
export const portableCrypto: CryptoProvider = {
  randomBytes: (length) => pool.take(length),
  sha256: (data) => sha256(data),
  hmacSha256(key) {
    const keyed = hmac.create(sha256, key)
    return (data) => keyed.clone().update(data).digest()
  },
  aes256Gcm,
}

function aes256Gcm(key: Uint8Array): Aes256Gcm {
  requireLength('AES-256 key', key, AES_256_KEY_LENGTH)
  const ownKey = new Uint8Array(key)
  return {
    seal(iv, plaintext, into, at) {
      requireLength('AES-256-GCM iv', iv, IV_LENGTH)
      const sealed = gcm(ownKey, iv).encrypt(plaintext)
      const end = sealed.length - TAG_LENGTH
      into.set(sealed.subarray(end), at)
      into.set(sealed.subarray(0, end), at + TAG_LENGTH)
    },
    open(iv, ciphertext, tag) {
      requireLength('AES-256-GCM iv', iv, IV_LENGTH)
      requireLength('AES-256-GCM tag', tag, TAG_LENGTH)
      const sealed = new Uint8Array(ciphertext.length + TAG_LENGTH)
      sealed.set(ciphertext)
      sealed.set(tag, ciphertext.length)
      try {
        return gcm(ownKey, iv).decrypt(sealed)
      } catch {
        // All lengths are right, so the only thing left to refuse is the tag.
        return undefined
      }
    },
  }
}
