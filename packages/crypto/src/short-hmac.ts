/** Bytes of data up to which two digests at once cost half of an `Hmac` object; what is longer is not worth the copy. */
export const LONGEST_SHORT_DATA = 1024
/** Bytes of the keys this is for: those that STREAM derives, and the secrets it derives them from. */
export const SHORT_KEY_LENGTH = 32

const BLOCK = 64
const DIGEST = 32
const INNER_PAD = 0x36
const OUTER_PAD = 0x5c

// Shared by all keys: nothing else runs between writing and hashing. Behind the key its block stays as it is here.
const inner = new Uint8Array(BLOCK + LONGEST_SHORT_DATA).fill(INNER_PAD, 0, BLOCK)
const outer = new Uint8Array(BLOCK + DIGEST).fill(OUTER_PAD, 0, BLOCK)
/** Views of the inner message by its length: most packets are alike, and a view costs more than its lookup. */
const inners: (Uint8Array | undefined)[] = []

/**
 * HMAC-SHA256 of short data as RFC 2104 defines it, H(K ⊕ opad, H(K ⊕ ipad, data)), from two digests.
 *
 * @param digest SHA-256, a character for each byte
 */
export function shortHmac(digest: (data: Uint8Array) => string, key: Uint8Array, data: Uint8Array): string {
  for (let i = 0; i < SHORT_KEY_LENGTH; i++) {
    inner[i] = key[i]! ^ INNER_PAD
    outer[i] = key[i]! ^ OUTER_PAD
  }
  inner.set(data, BLOCK)
  const end = BLOCK + data.length
  const innerDigest = digest((inners[end] ??= inner.subarray(0, end)))
  for (let i = 0; i < DIGEST; i++) outer[BLOCK + i] = innerDigest.charCodeAt(i)
  return digest(outer)
}
