import Long from 'long'
import * as predecessor from 'predecessor'
import { expect, test } from 'vitest'
import { createReceipt, decodeReceipt, RECEIPT_VERSION, verifyReceipt } from './receipt.js'

const nonce = Buffer.alloc(16, 1)
const secret = Buffer.alloc(32, 2)
const opts = { nonce, streamId: 1, totalReceived: '500', secret }
const bytes = createReceipt(opts)

test('a receipt is the same bytes that the predecessor makes', () => {
  expect(bytes.toString('hex')).toBe(predecessor.createReceipt(opts).toString('hex'))
  expect(createReceipt({ ...opts, totalReceived: Long.fromNumber(500, true) }).equals(bytes)).toBe(true)
})

test('it decodes to a stream id as a string and a total as an unsigned Long', () => {
  const receipt = decodeReceipt(bytes)
  expect(receipt).toMatchObject({ version: RECEIPT_VERSION, nonce, streamId: '1' })
  expect(Long.isLong(receipt.totalReceived)).toBe(true)
  expect(receipt.totalReceived.unsigned).toBe(true)
  expect(receipt.totalReceived.toString()).toBe('500')
})

test('it verifies with the secret, or with a function that finds the secret by the receipt', () => {
  expect(verifyReceipt(bytes, secret).totalReceived.toString()).toBe('500')
  const found = verifyReceipt(bytes, (decoded) => {
    expect(decoded.nonce.equals(nonce)).toBe(true)
    expect(decoded.hmac).toHaveLength(32)
    return secret
  })
  expect(found.streamId).toBe('1')
})

test('the largest total survives', () => {
  const largest = createReceipt({ ...opts, totalReceived: 2n ** 64n - 1n })
  expect(verifyReceipt(largest, secret).totalReceived.equals(Long.MAX_UNSIGNED_VALUE)).toBe(true)
})

test('misuse and forgery are told by the texts programs look for', () => {
  expect(() => createReceipt({ ...opts, nonce: Buffer.alloc(8) })).toThrow('receipt nonce must be 16 bytes')
  expect(() => createReceipt({ ...opts, secret: Buffer.alloc(8) })).toThrow('receipt secret must be 32 bytes')
  expect(() => decodeReceipt(bytes.subarray(1))).toThrow('receipt malformed')
  const otherVersion = Buffer.from(bytes)
  otherVersion[0] = 2
  expect(() => verifyReceipt(otherVersion, secret)).toThrow('invalid version')
  expect(() => verifyReceipt(bytes, Buffer.alloc(32, 3))).toThrow('invalid hmac')
})

test('a stream id above 255 has no place in a receipt', () => {
  expect(() => createReceipt({ ...opts, streamId: 257 })).toThrow('from 1 to 255, got 257')
})
