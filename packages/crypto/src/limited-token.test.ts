import { createDecipheriv, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hex } from '../test/bytes.js'
import { predecessorReads } from '../test/predecessor-server.js'
import { encodeBase64url } from './base64url.js'
import { MAX_CONNECTION_TAG_LENGTH, serverCredentials } from './credentials.js'
import { sealEnvelope } from './envelope.js'
import { CryptoError } from './errors.js'
import { nodeCrypto } from './node.js'
import { portableCrypto } from './portable.js'

const serverSecret = Uint8Array.from({ length: 32 }, (_, i) => i)
const credentials = serverCredentials(nodeCrypto, serverSecret)
const receipts = { receiptNonce: new Uint8Array(16).fill(1), receiptSecret: new Uint8Array(32).fill(2) }
const limits = { expiresAt: 1_800_000_000_000, receiveMax: 1_000n, maxPackets: 500 }

/** The key of tokens with limits, found without the code under test. */
const key = createHmac('sha256', serverSecret).update('ilp_stream_limited_token').digest()

/** What a token hides, found without the code under test: version, nonce, fields. */
function opened(token: string): string {
  const envelope = Buffer.from(token, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, envelope.subarray(0, 12))
  decipher.setAuthTag(envelope.subarray(12, 28))
  return Buffer.concat([decipher.update(envelope.subarray(28)), decipher.final()]).toString('hex')
}

/** A token under the server's own key around contents it would never write. */
function tokenAround(plaintextHex: string): string {
  const plaintext = Uint8Array.from(Buffer.from(plaintextHex, 'hex'))
  return encodeBase64url(sealEnvelope(nodeCrypto, nodeCrypto.aes256Gcm(key), plaintext))
}

const nonce = '05'.repeat(18)
const fixed = { ...nodeCrypto, randomBytes: (length: number) => new Uint8Array(length).fill(length === 12 ? 7 : 5) }

describe('a token with limits', () => {
  it.each([
    [{ expiresAt: 0 }, '030100'],
    [{ expiresAt: 1_800_000_000_000 }, '030601a3185c5000'],
    [{ receiveMax: 0n }, '040100'],
    [{ receiveMax: 500n }, '040201f4'],
    [{ receiveMax: 2n ** 64n - 1n }, '0408ffffffffffffffff'],
    [{ maxPackets: 128 }, '050180'],
    [{ connectionTag: 'tag', ...limits }, '0103746167030601a3185c5000040203e8050201f4'],
    [{ ...receipts, maxPackets: 1 }, `0230${'01'.repeat(16)}${'02'.repeat(32)}050101`],
  ])('hides %o as version 2, nonce and fields', (contents, fields) => {
    const { token } = serverCredentials(fixed, serverSecret).create(contents)
    expect(opened(token)).toBe(`02${nonce}${fields}`)
    expect(credentials.read(token)).toMatchObject(contents)
  })

  it('is this one, byte for byte', () => {
    const { token, sharedSecret } = serverCredentials(fixed, serverSecret).create({ connectionTag: 'tag', ...limits })
    expect({ token, sharedSecret: hex(sharedSecret) }).toMatchInlineSnapshot(`
      {
        "sharedSecret": "9686026f1586a42f8d406a0cd152c1609fa0e40c27b7470e270102c7956f6339",
        "token": "BwcHBwcHBwcHBwcHxqjnG91OS3LO8PxnfdsggJqlle6jvJj_7Z8Au9heFZ08vOxBghD0DxvQaPCLdlKUNLMcyyvDlrs",
      }
    `)
  })

  it('is found again with all that it holds, by every provider', () => {
    const ascii = fc.string({
      unit: fc.nat(0x7f).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: MAX_CONNECTION_TAG_LENGTH,
    })
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
    const contents = fc
      .tuple(
        fc.record(
          {
            connectionTag: ascii,
            expiresAt: fc.maxSafeNat(),
            receiveMax: fc.bigInt(0n, 2n ** 64n - 1n),
            maxPackets: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
          },
          { requiredKeys: [] },
        ),
        fc.option(fc.record({ receiptNonce: bytes(16), receiptSecret: bytes(32) })),
      )
      .map(([some, pair]) => ({ ...some, ...pair }))
    const portable = serverCredentials(portableCrypto, serverSecret)
    fc.assert(
      fc.property(contents, (hidden) => {
        const { token, sharedSecret } = credentials.create(hidden)
        for (const reader of [credentials, portable]) expect(reader.read(token)).toEqual({ ...hidden, sharedSecret })
      }),
    )
  })

  it('leaves room for the server’s account in an ILP address even when it holds all it can', () => {
    const { token } = credentials.create({
      connectionTag: 'x'.repeat(MAX_CONNECTION_TAG_LENGTH),
      ...receipts,
      expiresAt: Number.MAX_SAFE_INTEGER,
      receiveMax: 2n ** 64n - 1n,
      maxPackets: Number.MAX_SAFE_INTEGER,
    })
    expect(token).toHaveLength(706)
  })

  it('is unknown to a predecessor, which would overlook its limits', async () => {
    const { token, sharedSecret } = credentials.create(limits)
    await expect(predecessorReads(serverSecret, token, sharedSecret)).rejects.toThrow(/authenticate data/)
  })

  it('stands beside those without, which stay as they were', async () => {
    const { token, sharedSecret } = credentials.create({ connectionTag: 'tag' })
    expect(token).toHaveLength(70)
    expect(await predecessorReads(serverSecret, token, sharedSecret)).toEqual({ connectionTag: 'tag' })
  })

  it.each([
    ['has no version', ''],
    ['is of another version', `03${nonce}040100`],
    ['has no whole nonce', `02${'05'.repeat(17)}`],
    ['holds a field of a later version', `02${nonce}060100`],
    ['holds field 0', `02${nonce}000100`],
    ['holds a field twice', `02${nonce}040100040100`],
    ['holds fields in another order', `02${nonce}050101040100`],
    ['is cut off', `02${nonce}0402ff`],
    ['ends with a field number', `02${nonce}04`],
    ['holds an empty number', `02${nonce}0400`],
    ['holds a number that is longer than it need be', `02${nonce}04020001`],
    ['holds a number of 65 bits', `02${nonce}0409010000000000000000`],
    ['holds a time that is no safe integer', `02${nonce}030720000000000000`],
    ['holds an empty tag', `02${nonce}0100`],
    ['holds half a receipt key', `02${nonce}0210${'01'.repeat(16)}`],
  ])('that %s is none', (_, plaintext) => {
    expect(credentials.read(tokenAround(plaintext))).toBeUndefined()
  })

  it('without any field is one', () => {
    expect(credentials.read(tokenAround(`02${nonce}`))).toMatchObject({ sharedSecret: expect.any(Uint8Array) })
  })

  it('that somebody has changed is none', () => {
    const bytes = Buffer.from(credentials.create(limits).token, 'base64url')
    for (let at = 0; at < bytes.length; at++) {
      bytes[at]! ^= 1
      expect(credentials.read(bytes.toString('base64url'))).toBeUndefined()
      bytes[at]! ^= 1
    }
  })

  it.each([
    [{ expiresAt: -1 }, 'expiresAt must be whole milliseconds since the Unix epoch, got -1'],
    [{ expiresAt: NaN }, 'got NaN'],
    [{ expiresAt: 1.5 }, 'got 1.5'],
    [{ receiveMax: -1n }, 'receiveMax must be a bigint from 0 to 2^64 - 1, got -1'],
    [{ receiveMax: 2n ** 64n }, 'got 18446744073709551616'],
    [{ receiveMax: 5 as unknown as bigint }, 'got 5'],
    [{ maxPackets: 0 }, 'maxPackets must be a positive whole number, got 0'],
  ])('with %o is refused', (contents, message) => {
    expect(() => credentials.create(contents)).toThrow(CryptoError)
    expect(() => credentials.create(contents)).toThrow(message)
  })
})
