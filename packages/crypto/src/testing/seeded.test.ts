import { describe, expect, it } from 'vitest'
import { hex } from '../../test/bytes.js'
import { nodeCrypto } from '../node.js'
import { packetProtection } from '../packet-protection.js'
import { seededCrypto } from './seeded.js'

const draws = (seed: number | string) => {
  const crypto = seededCrypto(seed)
  return [12, 18, 32, 1, 0, 7].map((length) => hex(crypto.randomBytes(length)))
}

describe('seeded crypto', () => {
  it('repeats itself for equal seeds', () => {
    expect(draws(42)).toEqual(draws(42))
    expect(draws('a run')).toEqual(draws('a run'))
  })

  it('differs for different seeds, the number 1 and the text "1" among them', () => {
    const seeds = [0, -0.5, 1, 2, 2 ** 40, '1', '', 'a', 'b', 'é', '\u01e9']
    expect(new Set(seeds.map((seed) => draws(seed).join())).size).toBe(seeds.length)
  })

  it('gives the same bytes over every base', () => {
    expect(seededCrypto(1, nodeCrypto).randomBytes(100)).toEqual(seededCrypto(1).randomBytes(100))
  })

  it('stays the same from release to release, so that recorded runs can be repeated', () => {
    const crypto = seededCrypto('recorded')
    expect(hex(crypto.randomBytes(12))).toBe('d7fb8d1daef5789b92f804aa')
    expect(hex(crypto.randomBytes(5))).toBe('4b634662c3')
  })

  it('encrypts for real: an ordinary connection opens its envelopes', () => {
    const secret = new Uint8Array(32).fill(9)
    const plaintext = Uint8Array.of(1, 2, 3)
    const envelope = packetProtection(seededCrypto(1), secret).seal(plaintext)
    expect(packetProtection(nodeCrypto, secret).open(envelope)).toEqual(plaintext)
  })
})
