import { packetProtection, type PacketProtection } from '@stream/crypto'
import { describe, expect, test } from 'vitest'
import { quickCrypto } from './quick-crypto.js'

const ofKey = (key: number) => packetProtection(quickCrypto(), new Uint8Array(32).fill(key))

describe.each([0, 1, 63, 200, 30_000])('packets of %i bytes', (length) => {
  const plaintext = Uint8Array.from({ length }, (_, i) => i * 7)
  const envelope = ofKey(1).seal(plaintext)

  test('open with the key that sealed them and with no other', () => {
    expect(ofKey(1).open(envelope)).toEqual(plaintext)
    expect(ofKey(2).open(envelope)).toBeUndefined()
  })

  test('do not open when their head, their end or their length is another', () => {
    const protection = ofKey(1)
    for (const at of [0, 11, 12, 27, envelope.length - 1]) {
      const changed = envelope.slice()
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(protection.open(changed), `byte ${at}`).toBeUndefined()
    }
    expect(protection.open(envelope.subarray(0, -1))).toBeUndefined()
  })

  test('have a fulfillment of their own', () => {
    const protection = ofKey(1)
    const [one, other] = [protection.seal(plaintext), protection.seal(plaintext)]
    const [preimage, otherPreimage] = [protection.fulfillment(one), protection.fulfillment(other)]
    expect(preimage).toEqual(ofKey(1).fulfillment(one))
    expect(preimage).not.toEqual(otherPreimage)
    expect(preimage).not.toEqual(ofKey(2).fulfillment(one))
    expect(protection.condition(preimage)).not.toEqual(protection.condition(otherPreimage))
  })
})

test('envelopes are told apart by their IV, and all come again with the next provider', () => {
  const ivsOf = (protection: PacketProtection) =>
    Array.from({ length: 10_000 }, () => protection.seal(new Uint8Array(0)).subarray(0, 12).join())
  const ivs = ivsOf(ofKey(1))
  expect(new Set(ivs).size).toBe(ivs.length)
  expect(ivsOf(ofKey(1))).toEqual(ivs)
})
