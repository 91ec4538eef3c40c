import fc from 'fast-check'
import { Reader } from 'oer-utils'
import * as predecessor from 'predecessor/dist/src/crypto.js'
import { describe, expect, it } from 'vitest'
import { hex } from '../test/bytes.js'
import { nodeCrypto } from './node.js'
import { packetId } from './packet-id.js'

const secret = new Uint8Array(32).fill(3)

describe('packet id', () => {
  it('is the one ilp-protocol-stream 2.x has for the same packet', async () => {
    const sequences = fc.oneof(fc.nat(), fc.maxSafeNat())
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), sequences, async (sharedSecret, sequence) => {
        const bigEndian = Buffer.alloc(8)
        bigEndian.writeBigUInt64BE(BigInt(sequence))
        // Which copy of the types of `long` each of them sees is up to the installation.
        const long: unknown = Reader.from(bigEndian).readUInt64Long()
        const theirs = await predecessor.generateIncomingPacketId(Buffer.from(sharedSecret), long as never)
        expect(hex(packetId(nodeCrypto, sharedSecret, sequence))).toBe(hex(theirs))
      }),
    )
  })

  it.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53])('refuses the sequence %d', (sequence) => {
    expect(() => packetId(nodeCrypto, secret, sequence)).toThrow(
      expect.objectContaining({
        name: 'CryptoError',
        message: `sequence must be an integer from 0 to 2^53 - 1, got ${sequence}`,
      }),
    )
  })

  it('refuses an empty secret', () => {
    expect(() => packetId(nodeCrypto, new Uint8Array(0), 1)).toThrow(/sharedSecret must be/)
  })
})
