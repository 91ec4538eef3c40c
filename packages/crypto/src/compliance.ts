import { describe, expect, it } from 'vitest'
import { sealApart } from './compliance/seal-apart.js'
import { asciiOf, bytesOf, GCM_VECTORS, HMAC_VECTORS, SHA256_VECTORS } from './compliance/vectors.js'
import type { CryptoProvider } from './crypto-provider.js'

/** The largest plaintext of a STREAM packet, and every length around the 16-byte blocks of AES. */
const PLAINTEXT_LENGTHS = [...Array.from({ length: 50 }, (_, length) => length), 1000, 32739]

/**
 * A vitest suite that any `CryptoProvider` must pass before money depends on it: published vectors, tampering, and the
 * promises of the interface about memory and misuse.
 *
 * @param name Appears in the names of the tests.
 */
export function testCryptoProvider(name: string, provider: CryptoProvider): void {
  describe(`crypto provider ${name}`, () => {
    describe('random bytes', () => testRandomBytes(provider))
    describe('SHA-256', () => testSha256(provider))
    describe('HMAC-SHA256', () => testHmacSha256(provider))
    describe('AES-256-GCM', () => testAes256Gcm(provider))
  })
}

function testRandomBytes(provider: CryptoProvider): void {
  it.each([0, 1, 11, 12, 16, 18, 32, 33, 65, 4096, 100_000])('gives exactly %i bytes', (length) => {
    expectPlain(provider.randomBytes(length))
    expect(provider.randomBytes(length)).toHaveLength(length)
  })

  it('never gives the same IV twice in ten thousand', () => {
    const seen = new Set(Array.from({ length: 10_000 }, () => provider.randomBytes(12).join()))
    expect(seen.size).toBe(10_000)
  })

  it('uses every value a byte can have, in small draws and in large ones', () => {
    const small = Array.from({ length: 2000 }, () => [...provider.randomBytes(12)]).flat()
    expect(new Set(small).size).toBe(256)
    expect(new Set(provider.randomBytes(24_000)).size).toBe(256)
  })

  it('leaves bytes alone that it gave before', () => {
    const first = provider.randomBytes(32)
    const copy = [...first]
    for (let i = 0; i < 1000; i++) provider.randomBytes(32).fill(0)
    expect([...first]).toEqual(copy)
  })
}

function testSha256(provider: CryptoProvider): void {
  it.each(SHA256_VECTORS)('hashes $name', ({ message, digest }) => {
    expectPlain(provider.sha256(message))
    expect(provider.sha256(message)).toEqual(bytesOf(digest))
  })

  it('reads a view at an odd offset', () => {
    expect(provider.sha256(shifted(asciiOf('abc')))).toEqual(provider.sha256(asciiOf('abc')))
  })
}

function testHmacSha256(provider: CryptoProvider): void {
  it.each(HMAC_VECTORS)('authenticates $name', ({ key, data, mac }) => {
    expectPlain(provider.hmacSha256(key)(data))
    expect(provider.hmacSha256(key)(data)).toEqual(bytesOf(mac))
    expect(provider.hmacSha256(shifted(key))(shifted(data))).toEqual(bytesOf(mac))
  })

  it('uses one prepared key again and again, also in turn with another', () => {
    const [first, second] = [HMAC_VECTORS[0]!, HMAC_VECTORS[1]!]
    const [authenticateFirst, authenticateSecond] = [provider.hmacSha256(first.key), provider.hmacSha256(second.key)]
    for (let i = 0; i < 3; i++) {
      expect(authenticateFirst(first.data)).toEqual(bytesOf(first.mac))
      expect(authenticateSecond(second.data)).toEqual(bytesOf(second.mac))
    }
  })

  it('keeps a copy of the key', () => {
    const key = new Uint8Array(32).fill(7)
    const authenticate = provider.hmacSha256(key)
    const before = authenticate(asciiOf('data'))
    key.fill(0)
    expect(authenticate(asciiOf('data'))).toEqual(before)
  })
}

function testAes256Gcm(provider: CryptoProvider): void {
  const key = provider.aes256Gcm(new Uint8Array(32).fill(1))
  const iv = new Uint8Array(12).fill(2)

  it.each(GCM_VECTORS)('seals and opens $name', (vector) => {
    const prepared = provider.aes256Gcm(bytesOf(vector.key))
    const sealed = sealApart(prepared, bytesOf(vector.iv), bytesOf(vector.plaintext))
    expect(sealed.ciphertext).toEqual(bytesOf(vector.ciphertext))
    expect(sealed.tag).toEqual(bytesOf(vector.tag))
    const opened = prepared.open(bytesOf(vector.iv), bytesOf(vector.ciphertext), bytesOf(vector.tag))
    expect(opened).toEqual(bytesOf(vector.plaintext))
  })

  it('opens what it sealed, whatever the length and wherever in memory', () => {
    for (const length of PLAINTEXT_LENGTHS) {
      const plaintext = provider.randomBytes(length)
      const sealed = sealApart(key, shifted(iv), shifted(plaintext))
      const opened = key.open(shifted(iv), shifted(sealed.ciphertext), shifted(sealed.tag))
      expectPlain(opened)
      expect(opened).toEqual(plaintext)
    }
  })

  it('refuses a change of any bit of ciphertext, tag or IV', () => {
    const { ciphertext, tag } = sealApart(key, iv, asciiOf('forty-two units'))
    const parts = [iv, ciphertext, tag]
    for (const part of parts) {
      for (let bit = 0; bit < part.length * 8; bit++) {
        const [changedIv, changedCiphertext, changedTag] = parts.map((each) => (each === part ? flip(each, bit) : each))
        expect(key.open(changedIv!, changedCiphertext!, changedTag!)).toBeUndefined()
      }
    }
    expect(key.open(iv, ciphertext, tag)).toEqual(asciiOf('forty-two units'))
  })

  it('refuses a ciphertext that was cut off, lengthened or sealed under another key', () => {
    const { ciphertext, tag } = sealApart(key, iv, asciiOf('forty-two units'))
    expect(key.open(iv, ciphertext.subarray(1), tag)).toBeUndefined()
    expect(key.open(iv, ciphertext.subarray(0, -1), tag)).toBeUndefined()
    expect(key.open(iv, Uint8Array.of(...ciphertext, 0), tag)).toBeUndefined()
    expect(key.open(iv, new Uint8Array(0), tag)).toBeUndefined()
    expect(provider.aes256Gcm(new Uint8Array(32).fill(9)).open(iv, ciphertext, tag)).toBeUndefined()
  })

  it('changes nothing it was given', () => {
    const given = [iv, asciiOf('plain')].map((bytes) => new Uint8Array(bytes))
    const { ciphertext, tag } = sealApart(key, given[0]!, given[1]!)
    const copies = [new Uint8Array(ciphertext), new Uint8Array(tag)]
    key.open(given[0]!, ciphertext, tag)
    expect(given).toEqual([iv, asciiOf('plain')])
    expect([ciphertext, tag]).toEqual(copies)
  })

  it('keeps neither the IV nor the tag it was given, which the caller uses again', () => {
    const [ownIv, ownTag] = [new Uint8Array(12), new Uint8Array(16)]
    const sealed = [3, 4].map((fill) => sealApart(key, ownIv.fill(fill), asciiOf(`text ${fill}`)))
    const opened = sealed.map(({ ciphertext, tag }, i) => {
      ownTag.set(tag)
      return key.open(ownIv.fill(3 + i), ciphertext, ownTag)
    })
    expect(opened).toEqual([asciiOf('text 3'), asciiOf('text 4')])
  })

  it('does not seal where there is no room', () => {
    for (const [length, at] of [
      [19, 0],
      [20, 1],
      [0, 0],
    ] as const) {
      expect(() => key.seal(iv, asciiOf('data'), new Uint8Array(length), at)).toThrow(RangeError)
    }
  })

  it('leaves earlier results alone', () => {
    const first = sealApart(key, iv, asciiOf('the first'))
    const opened = key.open(iv, first.ciphertext, first.tag)
    const copy = [new Uint8Array(first.ciphertext), new Uint8Array(first.tag)]
    const second = sealApart(key, new Uint8Array(12).fill(3), asciiOf('the other'))
    key.open(new Uint8Array(12).fill(3), second.ciphertext, second.tag)
    expect([first.ciphertext, first.tag]).toEqual(copy)
    expect(opened).toEqual(asciiOf('the first'))
  })

  it('keeps a copy of the key', () => {
    const bytes = new Uint8Array(32).fill(1)
    const prepared = provider.aes256Gcm(bytes)
    bytes.fill(0)
    expect(sealApart(prepared, iv, asciiOf('data'))).toEqual(sealApart(key, iv, asciiOf('data')))
  })

  it('tells keys apart that are used in turn', () => {
    const keys = [5, 6, 7].map((fill) => provider.aes256Gcm(new Uint8Array(32).fill(fill)))
    const sealed = keys.map((each, i) => sealApart(each, iv, asciiOf(`text ${i}`)))
    for (const [i, { ciphertext, tag }] of sealed.entries()) {
      const opened = keys.map((each) => each.open(iv, ciphertext, tag))
      expect(opened).toEqual(keys.map((_, j) => (j === i ? asciiOf(`text ${i}`) : undefined)))
    }
  })

  it.each([0, 16, 24, 31, 33, 64])('refuses a key of %i bytes at once', (length) => {
    expect(() => provider.aes256Gcm(new Uint8Array(length))).toThrow(misuse)
  })

  it.each([0, 11, 13, 16])('refuses an IV of %i bytes', (length) => {
    const { ciphertext, tag } = sealApart(key, iv, asciiOf('data'))
    expect(() => sealApart(key, new Uint8Array(length), asciiOf('data'))).toThrow(misuse)
    expect(() => key.open(new Uint8Array(length), ciphertext, tag)).toThrow(misuse)
  })

  it.each([0, 4, 8, 12, 15, 17])('refuses a tag of %i bytes, which would be easier to forge', (length) => {
    const { ciphertext, tag } = sealApart(key, iv, asciiOf('data'))
    const cut = new Uint8Array(length)
    cut.set(tag.subarray(0, length))
    expect(() => key.open(iv, ciphertext, cut)).toThrow(misuse)
  })
}

/** Compared by its code: a provider may be built against another copy of this package. */
const misuse = expect.objectContaining({ name: 'CryptoError', code: 'invalidArgument' })

/** A `Buffer` would be one too, but its `slice` and `toString` behave differently. */
function expectPlain(bytes: Uint8Array | undefined): void {
  expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
}

/** The same bytes at an odd offset of a larger buffer, as they lie in a received packet. */
function shifted(bytes: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(bytes.length + 7).fill(0xee)
  buffer.set(bytes, 3)
  return buffer.subarray(3, 3 + bytes.length)
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = new Uint8Array(bytes)
  changed[bit >>> 3]! ^= 1 << (bit & 7)
  return changed
}
