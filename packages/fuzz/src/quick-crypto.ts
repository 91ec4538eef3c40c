import type { CryptoProvider } from '@stream/crypto'

const KEY_LENGTH = 32
const TAG_LENGTH = 16
/** Looked at by a sum, and up to twice as many. */
const MOST_BYTES = 64

/**
 * Sums in place of hashes and a tag in place of a cipher, an order of magnitude faster than real ones: for targets that
 * ask what the protocol makes of packets, not whether they can be forged. Two ends with the same key understand each
 * other, and nothing else is taken for a packet unless somebody takes care to forge it. The target `credentials` uses
 * the real thing. The random bytes of each provider are the same, so that inputs can be run again.
 */
export function quickCrypto(): CryptoProvider {
  let drawn = 0
  return {
    randomBytes: (length) => spread(length, drawn++, 0x2545f491),
    sha256: (data) => digest(KEY_LENGTH, 0x6a09e667, data),
    hmacSha256(key) {
      const seed = sum(0xbb67ae85, key)
      return (data) => digest(KEY_LENGTH, seed, data)
    },
    aes256Gcm(key) {
      const seed = sum(0x3c6ef372, key)
      const tagOf = (iv: Uint8Array, text: Uint8Array) => digest(TAG_LENGTH, sum(seed, iv), text)
      return {
        seal(iv, plaintext, into, at) {
          into.set(tagOf(iv, plaintext), at)
          into.set(plaintext, at + TAG_LENGTH)
        },
        open(iv, ciphertext, tag) {
          const expected = tagOf(iv, ciphertext)
          for (let i = 0; i < TAG_LENGTH; i++) if (expected[i] !== tag[i]) return undefined
          return ciphertext.slice()
        },
      }
    },
  }
}

function digest(length: number, seed: number, data: Uint8Array): Uint8Array {
  return spread(length, sum(seed, data), data.length)
}

/** Every byte of what is short; of what is long, bytes spread evenly over it, the first and the last among them. */
function sum(seed: number, data: Uint8Array): number {
  let value = mixed(seed, data.length)
  const step = Math.max(1, Math.floor(data.length / MOST_BYTES))
  for (let i = 0; i < data.length; i += step) value = mixed(value, data[i] ?? 0)
  return mixed(value, data[data.length - 1] ?? 0)
}

function mixed(value: number, word: number): number {
  const product = Math.imul(value ^ word, 0x9e3779b1)
  return product ^ (product >>> 15)
}

/** `length` bytes that follow from two words. */
function spread(length: number, a: number, b: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i += 4) {
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) + b
    b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35) ^ a
    const word = a ^ (b >>> 7)
    for (let j = i; j < i + 4 && j < length; j++) bytes[j] = word >>> (8 * (j - i))
  }
  return bytes
}
