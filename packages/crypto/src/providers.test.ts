import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sealApart } from './compliance/seal-apart.js'
import { testCryptoProvider } from './compliance.js'
import { nodeCrypto } from './node.js'
import { portableCrypto } from './portable.js'
import { seededCrypto } from './testing/seeded.js'

testCryptoProvider('node', nodeCrypto)
testCryptoProvider('portable', portableCrypto)
testCryptoProvider('seeded', seededCrypto('compliance', nodeCrypto))

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

describe('the Node and the portable provider', () => {
  it('hash alike', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(portableCrypto.sha256(data)).toEqual(nodeCrypto.sha256(data))
      }),
    )
  })

  it('authenticate alike, under keys of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 150 }), fc.uint8Array({ maxLength: 300 }), (key, data) => {
        expect(portableCrypto.hmacSha256(key)(data)).toEqual(nodeCrypto.hmacSha256(key)(data))
      }),
    )
  })

  it('authenticate alike, however long the data and the data before', () => {
    const key = nodeCrypto.randomBytes(32)
    const [node, portable] = [nodeCrypto.hmacSha256(key), portableCrypto.hmacSha256(key)]
    for (const length of [0, 1024, 1025, 40_000, 3, 32_767]) {
      const data = nodeCrypto.randomBytes(length)
      expect(node(data)).toEqual(portable(data))
    }
  })

  it('authenticate alike under keys that are used in turn', () => {
    const keys = Array.from({ length: 5 }, (_, i) => nodeCrypto.randomBytes(30 + i))
    const [node, portable] = [nodeCrypto, portableCrypto].map((provider) => keys.map((key) => provider.hmacSha256(key)))
    fc.assert(
      fc.property(fc.nat(4), fc.uint8Array({ maxLength: 1100, size: 'max' }), (i, data) => {
        expect(node![i]!(data)).toEqual(portable![i]!(data))
      }),
    )
  })

  it('seal alike and open what the other sealed', () => {
    fc.assert(
      fc.property(bytes(32), bytes(12), fc.uint8Array({ maxLength: 300 }), (key, iv, plaintext) => {
        const [node, portable] = [nodeCrypto.aes256Gcm(key), portableCrypto.aes256Gcm(key)]
        const sealed = sealApart(node, iv, plaintext)
        expect(sealApart(portable, iv, plaintext)).toEqual(sealed)
        expect(portable.open(iv, sealed.ciphertext, sealed.tag)).toEqual(plaintext)
        expect(node.open(iv, sealed.ciphertext, sealed.tag)).toEqual(plaintext)
      }),
    )
  })
})
