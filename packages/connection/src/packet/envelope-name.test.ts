import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { envelopeName } from './envelope-name.js'

const iv = fc.uint8Array({ minLength: 12, maxLength: 12 })

it('the name of an envelope is the first 32 bits of its IV, all of them and nothing else', () => {
  fc.assert(
    fc.property(iv, fc.nat(3), fc.integer({ min: 1, max: 255 }), fc.uint8Array(), (own, at, change, rest) => {
      const name = envelopeName(Uint8Array.of(...own, 1, 2, 3))
      expect(envelopeName(Uint8Array.of(...own, ...rest))).toBe(name)
      const other = Uint8Array.from(own)
      other[at]! ^= change
      expect(envelopeName(other)).not.toBe(name)
    }),
  )
})
