import * as ilpPacket from 'ilp-packet'
import { bench, describe } from 'vitest'
import { decodeIlpPrepare, decodeIlpReply, encodeIlpPrepare, encodeIlpReply, type IlpFulfill } from './packet.js'

const prepare = {
  amount: 1_000n,
  destination: `test.localnet.alice.${'x'.repeat(66)}`,
  executionCondition: new Uint8Array(32).fill(1),
  expiresAt: 1_700_000_000_000,
  data: new Uint8Array(72).fill(2),
}
const prepareBefore = {
  amount: '1000',
  destination: prepare.destination,
  executionCondition: Buffer.alloc(32, 1),
  expiresAt: new Date(prepare.expiresAt),
  data: Buffer.alloc(72, 2),
}
const fulfill: IlpFulfill = { type: 'fulfill', fulfillment: new Uint8Array(32).fill(1), data: prepare.data }
const fulfillBefore = { fulfillment: Buffer.alloc(32, 1), data: prepareBefore.data }

const prepareBytes = Buffer.from(encodeIlpPrepare(prepare))
const fulfillBytes = Buffer.from(encodeIlpReply(fulfill))

describe('encode a Prepare', () => {
  bench('encodeIlpPrepare', () => void encodeIlpPrepare(prepare))
  bench('ilp-packet', () => void ilpPacket.serializeIlpPrepare(prepareBefore))
})
describe('decode a Prepare', () => {
  bench('decodeIlpPrepare', () => void decodeIlpPrepare(prepareBytes))
  bench('ilp-packet', () => void ilpPacket.deserializeIlpPrepare(prepareBytes))
})
describe('encode a Fulfill', () => {
  bench('encodeIlpReply', () => void encodeIlpReply(fulfill))
  bench('ilp-packet', () => void ilpPacket.serializeIlpFulfill(fulfillBefore))
})
describe('decode a Fulfill', () => {
  bench('decodeIlpReply', () => void decodeIlpReply(fulfillBytes))
  bench('ilp-packet', () => void ilpPacket.deserializeIlpFulfill(fulfillBytes))
})
