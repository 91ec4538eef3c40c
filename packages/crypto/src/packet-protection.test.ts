import fc from 'fast-check'
import * as predecessor from 'predecessor/dist/src/crypto.js'
import { describe, expect, it } from 'vitest'
import { flipBit, hex } from '../test/bytes.js'
import type { CryptoProvider } from './crypto-provider.js'
import { nodeCrypto } from './node.js'
import { packetProtection } from './packet-protection.js'
import { portableCrypto } from './portable.js'

const secret = Uint8Array.from({ length: 32 }, (_, i) => i)

describe('packet protection', () => {
  const protection = packetProtection(nodeCrypto, secret)
  const plaintext = Uint8Array.from({ length: 40 }, (_, i) => 3 * i)

  it('adds 28 bytes to any plaintext, the empty one too', () => {
    expect(protection.seal(new Uint8Array(0))).toHaveLength(28)
    expect(protection.seal(plaintext)).toHaveLength(68)
    expect(protection.open(protection.seal(new Uint8Array(0)))).toEqual(new Uint8Array(0))
  })

  it('seals into the memory it is given, which has to fit exactly', () => {
    const packet = new Uint8Array(100).fill(7)
    const envelope = protection.seal(plaintext, packet.subarray(20, 88))
    expect(envelope).toHaveLength(68)
    expect(envelope.buffer).toBe(packet.buffer)
    expect(protection.open(packet.subarray(20, 88))).toEqual(plaintext)
    expect([...packet.subarray(0, 20), ...packet.subarray(88)]).toEqual(Array(32).fill(7))
    for (const length of [67, 69]) expect(() => protection.seal(plaintext, new Uint8Array(length))).toThrow('68 bytes')
  })

  it('does not open an envelope with any bit of any byte changed', () => {
    const envelope = protection.seal(plaintext)
    for (let bit = 0; bit < envelope.length * 8; bit++) {
      expect(protection.open(flipBit(envelope, bit))).toBeUndefined()
    }
    expect(protection.open(envelope)).toEqual(plaintext)
  })

  it('does not open an envelope cut off at any length (E10)', () => {
    const envelope = protection.seal(plaintext)
    for (let length = 0; length < envelope.length; length++) {
      expect(protection.open(envelope.subarray(0, length))).toBeUndefined()
      expect(protection.open(envelope.subarray(envelope.length - length))).toBeUndefined()
    }
  })

  it('does not open arbitrary bytes, and does not throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(protection.open(bytes)).toBeUndefined()
      }),
    )
  })

  it('derives each key when it is first used, and once more after a rest', () => {
    const prepared: string[] = []
    const counting: CryptoProvider = {
      ...nodeCrypto,
      aes256Gcm: (key) => (prepared.push('encryption'), nodeCrypto.aes256Gcm(key)),
      hmacSha256: (key) => (prepared.push('hmac'), nodeCrypto.hmacSha256(key)),
    }
    const resting = packetProtection(counting, secret)
    expect(prepared).toEqual([])
    const envelope = resting.seal(plaintext)
    const fulfillment = resting.fulfillment(envelope)
    const first = prepared.splice(0)
    expect(resting.open(envelope)).toEqual(plaintext)
    expect(resting.fulfillment(envelope)).toEqual(fulfillment)
    expect(prepared).toEqual([])
    resting.rest()
    expect(resting.open(envelope)).toEqual(plaintext)
    expect(protection.open(resting.seal(plaintext))).toEqual(plaintext)
    expect(resting.fulfillment(envelope)).toEqual(fulfillment)
    expect(prepared).toEqual(first)
    expect(prepared.filter((kind) => kind === 'encryption')).toHaveLength(1)
  })

  it('keeps a secret of any length, whatever the caller does with its own and however many there are', () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 64 }), fc.constantFrom(32, 4_095, 4_096, 4_097)), {
      maxLength: 300,
    })
    fc.assert(
      fc.property(lengths, (all) => {
        const secrets = all.map((length, i) => new Uint8Array(length).map((_, at) => (at + i) % 251))
        const kept = secrets.map((own) => {
          const given = own.slice()
          const made = packetProtection(nodeCrypto, given)
          given.fill(0)
          return made
        })
        for (const [i, own] of secrets.entries()) {
          expect(packetProtection(nodeCrypto, own).fulfillment(plaintext)).toEqual(kept[i]!.fulfillment(plaintext))
        }
      }),
      { numRuns: 20 },
    )
  })

  it('does not open what another connection sealed', () => {
    const other = packetProtection(nodeCrypto, new Uint8Array(32).fill(1))
    expect(protection.open(other.seal(plaintext))).toBeUndefined()
  })

  // RFC 0029 5.1.1-1
  it('uses a fresh IV for every envelope, also of equal plaintexts and across connections', () => {
    const again = packetProtection(nodeCrypto, secret)
    const ivs = Array.from({ length: 3000 }, () => [protection, again].map((p) => hex(p.seal(plaintext).slice(0, 12))))
    expect(new Set(ivs.flat()).size).toBe(6000)
  })

  it('does not keep the memory of the secret', () => {
    const given = new Uint8Array(secret)
    const own = packetProtection(nodeCrypto, given)
    given.fill(0)
    expect(protection.open(own.seal(plaintext))).toEqual(plaintext)
  })

  it('has conditions that nobody can fulfill, a new one each time', () => {
    const conditions = Array.from({ length: 100 }, () => protection.unfulfillableCondition())
    expect(conditions.every((condition) => condition.length === 32)).toBe(true)
    expect(new Set(conditions.map(hex)).size).toBe(100)
  })

  it.each([1, 16, 31, 33, 64, 100])('works with a secret of %i bytes', (length) => {
    const unusual = packetProtection(nodeCrypto, new Uint8Array(length).fill(5))
    expect(unusual.open(unusual.seal(plaintext))).toEqual(plaintext)
  })

  it('refuses an empty secret, saying what it expects', () => {
    expect(() => packetProtection(nodeCrypto, new Uint8Array(0))).toThrow(
      expect.objectContaining({
        name: 'CryptoError',
        code: 'invalidArgument',
        message:
          'sharedSecret must be a Uint8Array of 32 bytes (at least 1), got 0 bytes: ' +
          'pass the decoded secret that came with the destination address',
      }),
    )
  })

  it('refuses a secret that was not decoded, without repeating it', () => {
    const text = 'EB7FTHLELPMJdHXIEvbcFo' as unknown as Uint8Array
    expect(() => packetProtection(nodeCrypto, text)).toThrow(/got string/)
    expect(() => packetProtection(nodeCrypto, text)).not.toThrow(/EB7FT/)
  })
})

describe.each([
  ['node', nodeCrypto],
  ['portable', portableCrypto],
])('packet protection (%s) and ilp-protocol-stream 2.x', (_, crypto) => {
  const secrets = fc.uint8Array({ minLength: 1, maxLength: 70 })
  const plaintexts = fc.uint8Array({ maxLength: 200 })

  it('open each other’s envelopes', async () => {
    await fc.assert(
      fc.asyncProperty(secrets, plaintexts, async (sharedSecret, plaintext) => {
        const protection = packetProtection(crypto, sharedSecret)
        const key = await predecessor.generatePskEncryptionKey(Buffer.from(sharedSecret))
        expect(protection.open(await predecessor.encrypt(key, Buffer.from(plaintext)))).toEqual(plaintext)
        expect(hex(await predecessor.decrypt(key, Buffer.from(protection.seal(plaintext))))).toBe(hex(plaintext))
      }),
    )
  })

  it('agree on fulfillments and conditions', async () => {
    await fc.assert(
      fc.asyncProperty(secrets, plaintexts, async (sharedSecret, envelope) => {
        const protection = packetProtection(crypto, sharedSecret)
        const key = await predecessor.generateFulfillmentKey(Buffer.from(sharedSecret))
        const fulfillment = await predecessor.generateFulfillment(key, Buffer.from(envelope))
        expect(hex(protection.fulfillment(envelope))).toBe(hex(fulfillment))
        expect(hex(protection.condition(fulfillment))).toBe(hex(await predecessor.hash(fulfillment)))
      }),
    )
  })
})
