// Every runtime this package supports has these two; declared here because neither DOM nor Node types are.
declare const TextEncoder: new () => {
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number }
}
declare const TextDecoder: new (
  label: 'utf-8',
  options: { fatal: boolean; ignoreBOM: true },
) => { decode(bytes: Uint8Array): string }

const encoder = new TextEncoder()
// A leading U+FEFF is part of the text, as everywhere else in it.
const lossy = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes `text` takes in UTF-8. An unpaired surrogate counts as the U+FFFD that is written for it. */
export function utf8Size(text: string): number {
  let size = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    if (unit < 0x800) {
      size += 1
    } else {
      size += 2
      const next = unit >= 0xd800 && unit < 0xdc00 ? text.charCodeAt(i + 1) : 0
      // A pair is two units and four bytes: the second unit's own byte is already in `size`.
      if (next >= 0xdc00 && next < 0xe000) i++
    }
  }
  return size
}

/** Writes `text` at `position`, where {@link utf8Size} bytes are free. */
export function writeUtf8(text: string, bytes: Uint8Array, position: number): void {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x80) {
      encoder.encodeInto(text.slice(i), bytes.subarray(position + i))
      return
    }
    bytes[position + i] = unit
  }
}

/** The text of UTF-8 `bytes`; every invalid sequence becomes U+FFFD. */
export function readUtf8(bytes: Uint8Array): string {
  return bytes.length === 0 ? '' : lossy.decode(bytes)
}

/** The text of UTF-8 `bytes`, or `undefined` when they are not valid UTF-8. */
export function readStrictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return bytes.length === 0 ? '' : strict.decode(bytes)
  } catch {
    return undefined
  }
}
