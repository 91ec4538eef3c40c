import { describe, expect, it } from 'vitest'
import { hex, unhex, withRandomness } from '../test/bytes.js'
import type { CryptoProvider } from './crypto-provider.js'
import { serverCredentials } from './credentials.js'
import { nodeCrypto } from './node.js'
import { packetId } from './packet-id.js'
import { packetProtection } from './packet-protection.js'
import { portableCrypto } from './portable.js'
import { createReceipt } from './receipt.js'

const secret = Uint8Array.from({ length: 32 }, (_, i) => i)

/** Values computed once with the published ilp-protocol-stream 2.7.1. */
describe.each<[string, CryptoProvider]>([
  ['node', nodeCrypto],
  ['portable', portableCrypto],
])('the known answers of ilp-protocol-stream 2.7.1 (%s provider)', (_, crypto) => {
  const protection = packetProtection(crypto, secret)

  it('has the fulfillment of "abc"', () => {
    expect(hex(protection.fulfillment(unhex('616263')))).toBe(
      '52e25b3294d4ec56ac402223bcd369ab0d26520df4fc42de685de5a597d6eaae',
    )
  })

  // RFC 0029 6.2-1
  it('has the condition of that fulfillment', () => {
    const fulfillment = unhex('52e25b3294d4ec56ac402223bcd369ab0d26520df4fc42de685de5a597d6eaae')
    expect(hex(protection.condition(fulfillment))).toBe(
      '58803c925e5b38fc3eed4499db85496ae588f1b1ef75ebaa56458e3dab292a97',
    )
  })

  it('has the envelope of an empty STREAM packet', () => {
    const fixed = packetProtection(withRandomness(crypto, { 12: 0x09 }), secret)
    const envelope = '0909090909090909090909094e64b7bab0cf290d499c74c50e6f942bc3c5ded44f4996d4'
    expect(hex(fixed.seal(unhex('010c010101000100')))).toBe(envelope)
    expect(hex(protection.open(unhex(envelope))!)).toBe('010c010101000100')
  })

  it('has the ids of packets 1 and 256', () => {
    expect(hex(packetId(crypto, secret, 1))).toBe('a7406d2129cf88023141f39febb5af7bae14efc1322a8d2cafb769996768b325')
    expect(hex(packetId(crypto, secret, 256))).toBe('6aad23b201cba9fc41b97aa881750a3388d64cdf5d13067a671b76794a06c6fc')
  })

  it('has the token of the tag "tag" and its shared secret', () => {
    const token = 'BwcHBwcHBwcHBwcHQaJcYgZ0FSdBw_LjPi1DwApvo1lqCtLxw5gWhYVU8Z6kWY4H6ZCBGQ'
    const sharedSecret = 'f88be9a2ee04dbbafb00c09c25b458b1bb2c35671437fd06e9cce96d49528812'
    const made = serverCredentials(withRandomness(crypto, { 12: 0x07, 18: 0x05 }), secret).create({
      connectionTag: 'tag',
    })
    expect(made.token).toBe(token)
    expect(hex(made.sharedSecret)).toBe(sharedSecret)
    expect(serverCredentials(crypto, secret).read(token)).toEqual({
      connectionTag: 'tag',
      sharedSecret: unhex(sharedSecret),
    })
  })

  // RFC 0039 3-1
  it('has a receipt', () => {
    const receipt = createReceipt(crypto, {
      nonce: new Uint8Array(16).fill(1),
      secret: new Uint8Array(32).fill(2),
      streamId: 1,
      totalReceived: 500n,
    })
    expect(hex(receipt)).toBe(
      '01010101010101010101010101010101010100000000000001f4d26963e9f984a3800014214f0664f5bde7de4a36de2f72a8c24beaacc30ece44',
    )
  })
})
