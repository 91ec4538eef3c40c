import { TAG_LENGTH, type Aes256Gcm } from '../crypto-provider.js'

/** Ciphertext and tag of what `key` sealed in the midst of other bytes. @throws when one of those has changed. */
export function sealApart(
  key: Aes256Gcm,
  iv: Uint8Array,
  plaintext: Uint8Array,
): { readonly ciphertext: Uint8Array; readonly tag: Uint8Array } {
  const [start, other] = [5, 0xee]
  const middle = start + TAG_LENGTH
  const end = middle + plaintext.length
  const memory = new Uint8Array(end + 7).fill(other)
  key.seal(iv, plaintext, memory, start)
  const around = [...memory.subarray(0, start), ...memory.subarray(end)]
  if (around.some((byte) => byte !== other)) throw new Error('seal writes more than a tag and a ciphertext')
  return { tag: memory.slice(start, middle), ciphertext: memory.slice(middle, end) }
}
