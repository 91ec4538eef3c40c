import fc from 'fast-check'
import * as predecessor from 'predecessor/dist/src/util/receipt.js'
import { describe, expect, it } from 'vitest'
import { flipBit, hex, unhex } from '../test/bytes.js'
import { nodeCrypto } from './node.js'
import { createReceipt, decodeReceipt, receiptIssuer, verifyReceipt, type Receipt } from './receipt.js'

const nonce = new Uint8Array(16).fill(1)
const secret = new Uint8Array(32).fill(2)
const fields = { nonce, secret, streamId: 3, totalReceived: 500n }
const receipt = createReceipt(nodeCrypto, fields)

const malformed = expect.objectContaining({ code: 'invalidReceipt', message: 'receipt malformed' })
const invalidHmac = expect.objectContaining({ code: 'invalidReceipt', message: 'invalid hmac' })

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const anyFields = fc.record({
  nonce: bytes(16),
  secret: bytes(32),
  streamId: fc.integer({ min: 1, max: 255 }),
  totalReceived: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
})

describe('a receipt', () => {
  it('tells a verifier who has the secret what was received', () => {
    fc.assert(
      fc.property(anyFields, (given) => {
        const { hmac, ...verified } = verifyReceipt(nodeCrypto, createReceipt(nodeCrypto, given), given.secret)
        expect({ ...verified, secret: given.secret }).toEqual({ version: 1, ...given })
        expect(hmac).toHaveLength(32)
      }),
    )
  })

  // RFC 0039 2-1, 2.1-6
  it('is refused when any bit was changed', () => {
    for (let bit = 8; bit < receipt.length * 8; bit++) {
      expect(() => verifyReceipt(nodeCrypto, flipBit(receipt, bit), secret)).toThrow(invalidHmac)
    }
  })

  // RFC 0039 2-1, 2.1-6
  it('is refused under another secret', () => {
    expect(() => verifyReceipt(nodeCrypto, receipt, new Uint8Array(32).fill(3))).toThrow(invalidHmac)
  })

  it.each([0, 2, 255])('is refused in version %i, even with a right HMAC', (version) => {
    const other = new Uint8Array(receipt)
    other[0] = version
    other.set(nodeCrypto.hmacSha256(secret)(other.subarray(0, 26)), 26)
    expect(() => verifyReceipt(nodeCrypto, other, secret)).toThrow(
      expect.objectContaining({ code: 'invalidReceipt', message: 'invalid version' }),
    )
    expect(decodeReceipt(other).version).toBe(version)
  })

  it.each([0, 26, 57, 59])('is malformed with %i bytes', (length) => {
    expect(() => decodeReceipt(new Uint8Array(length))).toThrow(malformed)
    expect(() => verifyReceipt(nodeCrypto, new Uint8Array(length), secret)).toThrow(malformed)
  })

  it('is malformed when it is still text', () => {
    expect(() => decodeReceipt('x'.repeat(58) as unknown as Uint8Array)).toThrow(malformed)
  })

  it('decodes to fields of its own, also from a Buffer', () => {
    const buffer = Buffer.from(receipt)
    const decoded = decodeReceipt(buffer)
    buffer.fill(0)
    expect(decoded).toEqual({
      version: 1,
      nonce,
      streamId: 3,
      totalReceived: 500n,
      hmac: unhex(hex(receipt).slice(52)),
    })
  })
})

describe('a verifier that keeps one secret per nonce', () => {
  // RFC 0039 2.2-1
  it('is asked for it with the decoded fields', () => {
    const asked: Receipt[] = []
    verifyReceipt(nodeCrypto, receipt, (decoded) => {
      asked.push(decoded)
      return secret
    })
    expect(asked).toEqual([decodeReceipt(receipt)])
  })

  it('hears nothing of malformed receipts and other versions', () => {
    const neverAsked = (): Uint8Array => expect.unreachable()
    expect(() => verifyReceipt(nodeCrypto, receipt.subarray(1), neverAsked)).toThrow(malformed)
    expect(() => verifyReceipt(nodeCrypto, new Uint8Array(58), neverAsked)).toThrow('invalid version')
  })

  it('cannot accept a forgery by having no secret for its nonce', () => {
    const forged = new Uint8Array(receipt)
    forged.set(nodeCrypto.hmacSha256(new Uint8Array(0))(forged.subarray(0, 26)), 26)
    expect(() => verifyReceipt(nodeCrypto, forged, () => new Uint8Array(0))).toThrow('receipt secret must be 32 bytes')
    expect(() => verifyReceipt(nodeCrypto, forged, () => undefined as unknown as Uint8Array)).toThrow(
      'receipt secret must be 32 bytes',
    )
  })
})

describe('creating receipts', () => {
  it('gives one issuer per connection and many receipts', () => {
    const issue = receiptIssuer(nodeCrypto, { nonce, secret })
    expect(issue(3, 500n)).toEqual(receipt)
    expect(issue(4, 501n)).toEqual(createReceipt(nodeCrypto, { ...fields, streamId: 4, totalReceived: 501n }))
    expect(issue(3, 500n)).toEqual(receipt)
  })

  it('leaves earlier receipts alone', () => {
    const issue = receiptIssuer(nodeCrypto, { nonce, secret })
    const first = issue(3, 500n)
    issue(4, 501n).fill(0)
    expect(first).toEqual(receipt)
  })

  it('keeps a copy of nonce and secret', () => {
    const given = { nonce: new Uint8Array(nonce), secret: new Uint8Array(secret) }
    const issue = receiptIssuer(nodeCrypto, given)
    given.nonce.fill(0)
    given.secret.fill(0)
    expect(issue(3, 500n)).toEqual(receipt)
  })

  it.each([
    [{ nonce: new Uint8Array(15) }, 'receipt nonce must be 16 bytes'],
    [{ nonce: undefined as unknown as Uint8Array }, 'receipt nonce must be 16 bytes'],
    [{ secret: new Uint8Array(31) }, 'receipt secret must be 32 bytes'],
    [{ secret: 'x'.repeat(32) as unknown as Uint8Array }, 'receipt secret must be 32 bytes'],
    [{ totalReceived: -1n }, 'receipt totalReceived must be a bigint from 0 to 2^64 - 1, got -1'],
    [
      { totalReceived: 2n ** 64n },
      'receipt totalReceived must be a bigint from 0 to 2^64 - 1, got 18446744073709551616',
    ],
    [{ totalReceived: 5 as unknown as bigint }, 'receipt totalReceived must be a bigint from 0 to 2^64 - 1, got 5'],
  ])('refuses what cannot be in one (%#)', (wrong, message) => {
    expect(() => createReceipt(nodeCrypto, { ...fields, ...wrong })).toThrow(
      expect.objectContaining({ name: 'CryptoError', code: 'invalidArgument', message }),
    )
  })

  it.each([0, -1, 256, 257, 2 ** 32 + 1, 1.5, Number.NaN])('refuses the stream id %d', (streamId) => {
    expect(() => createReceipt(nodeCrypto, { ...fields, streamId })).toThrow(
      expect.objectContaining({
        code: 'invalidArgument',
        message: expect.stringContaining(`receipt streamId must be an integer from 1 to 255, got ${streamId}`),
      }),
    )
  })
})

describe('receipts of ilp-protocol-stream 2.x', () => {
  it('are the same bytes, and each side verifies the other’s', () => {
    fc.assert(
      fc.property(anyFields, (given) => {
        const ours = createReceipt(nodeCrypto, given)
        const theirs = predecessor.createReceipt({
          nonce: Buffer.from(given.nonce),
          secret: Buffer.from(given.secret),
          streamId: given.streamId,
          totalReceived: given.totalReceived.toString(),
        })
        expect(hex(ours)).toBe(hex(theirs))
        expect(verifyReceipt(nodeCrypto, theirs, given.secret).totalReceived).toBe(given.totalReceived)
        const verified = predecessor.verifyReceipt(Buffer.from(ours), Buffer.from(given.secret))
        expect(verified.totalReceived.toString()).toBe(given.totalReceived.toString())
      }),
    )
  })
})
