import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from './base64url.js'

const BASE64URL = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')

describe('base64url', () => {
  it('spells bytes as Node does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(encodeBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
      }),
    )
  })

  it('reads back what it spelled', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes)
      }),
    )
  })

  it('reads a text exactly when that is how its bytes are spelled', () => {
    const texts = fc.oneof(
      fc.string({ unit: fc.constantFrom(...BASE64URL), maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(...BASE64URL, '+', '/', '=', ' ', '~', '.', 'é', 'Ā'), maxLength: 12 }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const lenient = Buffer.from(text, 'base64url')
        const canonical = lenient.toString('base64url') === text
        expect(decodeBase64url(text)).toEqual(canonical ? new Uint8Array(lenient) : undefined)
      }),
      { numRuns: 1000 },
    )
  })

  it.each(['A', 'AAAAA', 'AB', 'AAB', 'AA==', 'AA=', '+/8', ' AAAA', 'AAAA\n', 'AA~A', '\u0141A', '😀AA'])(
    'refuses %j, an alias or no base64url at all',
    (text) => {
      expect(decodeBase64url(text)).toBeUndefined()
    },
  )
})
