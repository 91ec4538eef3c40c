import fc from 'fast-check'
import type { IlpFulfill, IlpPacket, IlpPrepare, IlpReject } from '../src/ilp/index.js'
import { amount, bytes, record, text } from './arbitraries.js'

const SEGMENT = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_~-'.split('')

export const address = fc
  .tuple(
    fc.constantFrom('g', 'private', 'example', 'peer', 'self', 'test', 'test1', 'test2', 'test3', 'local'),
    fc.array(fc.string({ unit: fc.constantFrom(...SEGMENT), minLength: 1, maxLength: 70 }), {
      minLength: 1,
      maxLength: 5,
    }),
  )
  .map(([scheme, segments]) => [scheme, ...segments].join('.'))

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })

/** Years 1000 to 9999, because ilp-packet writes earlier ones without leading zeros; and it refuses the epoch itself. */
const expiry = fc.integer({ min: -30_610_224_000_000, max: 253_402_300_799_999 }).filter((time) => time !== 0)

const prepare: fc.Arbitrary<IlpPrepare> = record({
  amount,
  destination: address,
  executionCondition: hash,
  expiresAt: expiry,
  data: bytes,
})

const fulfill: fc.Arbitrary<IlpFulfill> = record({
  type: fc.constant('fulfill' as const),
  fulfillment: hash,
  data: bytes,
})

const reject: fc.Arbitrary<IlpReject> = record({
  type: fc.constant('reject' as const),
  code: fc.stringMatching(/^[!-~]{3}$/),
  triggeredBy: fc.oneof(address, fc.constant('')),
  message: text,
  data: bytes,
})

export const ilpPacket: fc.Arbitrary<IlpPacket> = fc.oneof(prepare, fulfill, reject)
