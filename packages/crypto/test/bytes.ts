import type { CryptoProvider } from '../src/crypto-provider.js'

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}

/** The bytes of a hexadecimal text, as a plain `Uint8Array`. */
export function unhex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'))
}

/** `base` with fixed randomness: as many bytes as asked, each the value given for that length. */
export function withRandomness(base: CryptoProvider, valueByLength: Record<number, number>): CryptoProvider {
  return {
    ...base,
    randomBytes(length) {
      const value = valueByLength[length]
      if (value === undefined) throw new Error(`no randomness of ${length} bytes was foreseen`)
      return new Uint8Array(length).fill(value)
    },
  }
}

/** A copy of `bytes` with one bit changed, counted from the head. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((byte, at) => (at === bit >>> 3 ? byte ^ (1 << (bit & 7)) : byte))
}
