import { requireLength } from './byte-length.js'
import { IV_LENGTH, TAG_LENGTH, type Aes256Gcm, type CryptoProvider } from './crypto-provider.js'

/** Bytes an envelope is longer than its plaintext: IV 12, then tag 16, then the ciphertext (RFC 0029 section 5.1.1). */
export const ENVELOPE_OVERHEAD = IV_LENGTH + TAG_LENGTH

/**
 * IV, tag and ciphertext of `plaintext`, under a fresh random IV.
 *
 * @param envelope where they go: `ENVELOPE_OVERHEAD` bytes more than the plaintext
 * @throws {CryptoError} `invalidArgument` when it has another length.
 */
export function sealEnvelope(
  crypto: CryptoProvider,
  key: Aes256Gcm,
  plaintext: Uint8Array,
  envelope: Uint8Array = new Uint8Array(ENVELOPE_OVERHEAD + plaintext.length),
): Uint8Array {
  requireLength('envelope', envelope, ENVELOPE_OVERHEAD + plaintext.length)
  const iv = crypto.randomBytes(IV_LENGTH)
  envelope.set(iv, 0)
  const { ciphertext, tag } = key.seal(iv, plaintext)
  envelope.set(tag, IV_LENGTH)
  envelope.set(ciphertext, ENVELOPE_OVERHEAD)
  return envelope
}

/** The plaintext, or `undefined` for anything that was not sealed under this key. */
export function openEnvelope(key: Aes256Gcm, envelope: Uint8Array): Uint8Array | undefined {
  // Without this check a truncated envelope would present a truncated tag, and those can be guessed.
  if (envelope.length < ENVELOPE_OVERHEAD) return undefined
  return key.open(
    envelope.subarray(0, IV_LENGTH),
    envelope.subarray(ENVELOPE_OVERHEAD),
    envelope.subarray(IV_LENGTH, ENVELOPE_OVERHEAD),
  )
}
