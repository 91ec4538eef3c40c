import type { CryptoProvider } from '../crypto-provider.js'
import { portableCrypto } from '../portable.js'

/**
 * Real ciphers, hashes and HMACs with randomness that repeats: two providers made from equal seeds hand out equal bytes,
 * on every runtime and over every `base`. For tests and simulations; **never for money**, the bytes can be predicted.
 *
 * @param base Where ciphers and hashes come from; by default `portableCrypto`, which runs everywhere. On Node,
 *   `nodeCrypto` makes long simulations several times faster and changes no byte.
 */
export function seededCrypto(seed: number | string, base: CryptoProvider = portableCrypto): CryptoProvider {
  const next = xoshiro128(base.sha256(seedBytes(seed)))
  return {
    randomBytes(length) {
      const bytes = new Uint8Array(length)
      for (let i = 0; i < length; i += 4) {
        const word = next()
        for (let j = i; j < i + 4 && j < length; j++) bytes[j] = word >>> (8 * (j - i))
      }
      return bytes
    },
    sha256: (data) => base.sha256(data),
    hmacSha256: (key) => base.hmacSha256(key),
    aes256Gcm: (key) => base.aes256Gcm(key),
  }
}

/** The seed 1 and the seed '1' are different ones. */
function seedBytes(seed: number | string): Uint8Array {
  const text = `${typeof seed}:${seed}`
  const bytes = new Uint8Array(text.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i))
  return bytes
}

/** xoshiro128** (Blackman and Vigna): 32 bits a call, seeded with the first 16 bytes of a hash, which are never all zero. */
function xoshiro128(seed: Uint8Array): () => number {
  const view = new DataView(seed.buffer, seed.byteOffset)
  let [a, b, c, d] = [view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)]
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotateLeft(d, 11)
    return result
  }
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}
