/** The bytes of an ASCII text, or `undefined` when a character is outside of ASCII. */
export function encodeAscii(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return undefined
    bytes[i] = code
  }
  return bytes
}

/** The text of bytes written as ASCII; the high bit is ignored, as 7-bit readers do. */
export function decodeAscii(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte & 0x7f)
  return text
}

/** The bytes of a label that is a constant of the protocol. */
export function labelBytes(label: string): Uint8Array {
  return Uint8Array.from(label, (character) => character.charCodeAt(0))
}
