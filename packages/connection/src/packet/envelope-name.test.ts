import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { EnvelopeName } from './envelope-name.js'

const iv = fc.uint8Array({ minLength: 12, maxLength: 12 })

it('the name of an envelope is its IV, all of it and nothing else', () => {
  fc.assert(
    fc.property(iv, fc.nat(11), fc.integer({ min: 1, max: 255 }), fc.uint8Array(), (own, at, change, rest) => {
      const name = new EnvelopeName(Uint8Array.of(...own, 1, 2, 3))
      expect(name.isOf(Uint8Array.of(...own, ...rest))).toBe(true)
      const other = Uint8Array.from(own)
      other[at]! ^= change
      expect(name.isOf(other)).toBe(false)
    }),
  )
})
