const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const NOT_IN_ALPHABET = 0xff

const VALUES = /* @__PURE__ */ (() => {
  const values = new Uint8Array(128).fill(NOT_IN_ALPHABET)
  for (let i = 0; i < ALPHABET.length; i++) values[ALPHABET.charCodeAt(i)] = i
  return values
})()

/** Base64url without padding (RFC 4648 section 5). */
export function encodeBase64url(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let pending = 0
  for (const byte of bytes) {
    pending = ((pending << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 6) {
      bits -= 6
      text += ALPHABET[(pending >>> bits) & 0x3f]
    }
  }
  if (bits > 0) text += ALPHABET[(pending << (6 - bits)) & 0x3f]
  return text
}

/**
 * The bytes whose one canonical spelling is `text`, or `undefined`. Padding, the `+/` alphabet, white space and left-over
 * bits that are not zero are refused: every other spelling of a token would be a second name for the same connection.
 */
export function decodeBase64url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let length = 0
  let bits = 0
  let pending = 0
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? NOT_IN_ALPHABET
    if (value === NOT_IN_ALPHABET) return undefined
    pending = ((pending << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[length++] = pending >>> bits
    }
  }
  const leftOver = pending & ((1 << bits) - 1)
  return leftOver === 0 ? bytes : undefined
}
