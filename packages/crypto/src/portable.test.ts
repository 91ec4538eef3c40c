import { afterEach, describe, expect, it, vi } from 'vitest'
import { portableCrypto } from './portable.js'

describe('the portable provider', () => {
  afterEach(() => void vi.unstubAllGlobals())

  it.each([undefined, {}])('names what is missing in a runtime without secure randomness (%j)', (crypto) => {
    vi.stubGlobal('crypto', crypto)
    expect(() => portableCrypto.randomBytes(100)).toThrow(
      expect.objectContaining({
        name: 'CryptoError',
        code: 'noRandomness',
        message: expect.stringContaining('globalThis.crypto.getRandomValues'),
      }),
    )
  })

  it('takes its randomness from the runtime, in portions it accepts', () => {
    const portions: number[] = []
    vi.stubGlobal('crypto', {
      getRandomValues(bytes: Uint8Array) {
        portions.push(bytes.length)
        return bytes.fill(portions.length)
      },
    })
    const bytes = portableCrypto.randomBytes(65536 + 10)
    expect(portions).toEqual([65536, 10])
    expect([bytes[65535], bytes[65536], bytes.at(-1)]).toEqual([1, 2, 2])
  })
})
