import { expect, test } from 'vitest'
import { decodeIlpPrepare, decodeIlpReply, encodeIlpPrepare, encodeIlpReply, type IlpReply } from './packet.js'

test('a Prepare comes back as it was', () => {
  const prepare = {
    amount: 123_456_789_012n,
    destination: 'test.localnet.bob',
    executionCondition: new Uint8Array(32).fill(1),
    expiresAt: 1_700_000_000_123,
    data: new Uint8Array(200).fill(2),
  }
  expect(decodeIlpPrepare(encodeIlpPrepare(prepare))).toEqual(prepare)
})

test.each<IlpReply>([
  { type: 'fulfill', fulfillment: new Uint8Array(32).fill(1), data: new Uint8Array(3) },
  { type: 'reject', code: 'F99', triggeredBy: '', message: 'né', data: new Uint8Array(0) },
  { type: 'reject', code: 'T04', triggeredBy: 'test.connector', message: '', data: new Uint8Array(140) },
])('a $type comes back as it was', (reply) => {
  expect(decodeIlpReply(encodeIlpReply(reply))).toEqual(reply)
})
