import { requireLength } from './byte-length.js'
import { IV_LENGTH, TAG_LENGTH, type Aes256Gcm, type CryptoProvider } from './crypto-provider.js'

/** Bytes an envelope is longer than its plaintext: IV 12, then tag 16, then the ciphertext (RFC 0029 section 5.1.1). */
export const ENVELOPE_OVERHEAD = IV_LENGTH + TAG_LENGTH

// For all envelopes, one after the other: views of each would cost as much as copies of the few bytes they show.
const ivAtHand = new Uint8Array(IV_LENGTH)
const tagAtHand = new Uint8Array(TAG_LENGTH)

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
  key.seal(iv, plaintext, envelope, IV_LENGTH)
  return envelope
}

/** The plaintext, or `undefined` for anything that was not sealed under this key. */
export function openEnvelope(key: Aes256Gcm, envelope: Uint8Array): Uint8Array | undefined {
  // Without this check a truncated envelope would present a truncated tag, and those can be guessed.
  if (envelope.length < ENVELOPE_OVERHEAD) return undefined
  for (let i = 0; i < IV_LENGTH; i++) ivAtHand[i] = envelope[i]!
  for (let i = 0; i < TAG_LENGTH; i++) tagAtHand[i] = envelope[IV_LENGTH + i]!
  return key.open(ivAtHand, envelope.subarray(ENVELOPE_OVERHEAD), tagAtHand)
}
