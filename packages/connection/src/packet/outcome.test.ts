import { describe, expect, test } from 'vitest'
import { IlpPacketType, type StreamPacket } from '@stream/frames'
import { encodeAmountTooLarge, type IlpReply } from '@stream/frames/ilp'
import { LOST, matches, outcomeOf, sendFailure, type Outcome, type Sent } from './outcome.js'

const fulfillment = new Uint8Array(32).fill(1)
const sent: Sent = { sequence: 7, amount: 1_000n, minimum: 990n, fulfillment }
const probe: Sent = { sequence: 7, amount: 1_000n, minimum: 0n, fulfillment: undefined }
const nothing: Uint8Array = new Uint8Array(0)

const reject = (code: string, data = nothing): IlpReply => ({
  type: 'reject',
  code,
  triggeredBy: '',
  message: '',
  data,
})
const fulfill = (preimage = fulfillment): IlpReply => ({ type: 'fulfill', fulfillment: preimage, data: nothing })
const tooLarge = (receivedAmount: bigint, maximumAmount: bigint): IlpReply =>
  reject('F08', encodeAmountTooLarge({ receivedAmount, maximumAmount }))
const answer = (ilpPacketType: 13 | 14, prepareAmount: bigint, sequence = 7): StreamPacket => ({
  ilpPacketType,
  sequence,
  prepareAmount,
  frames: [],
})
const { Fulfill, Reject } = IlpPacketType

const released = { money: 'released', frames: 'lost', isAuthentic: false } as const
const busy: Outcome = { ...released, congestion: 'busy' }
const final = (code: string): Outcome => {
  const reply = reject(code)
  if (reply.type !== 'reject') throw new Error('unreachable')
  return { ...released, congestion: 'none', pathFailure: { by: 'path', reject: reply } }
}
const refused = (maximum: bigint | undefined): Outcome => ({
  ...released,
  congestion: 'none',
  amountTooLarge: { maximum },
})
const wrong: Outcome = { ...released, congestion: 'none', pathFailure: { by: 'wrongFulfillment' } }
const fulfilled = { money: 'fulfilled', frames: 'acked', congestion: 'acked' } as const
const heard = (delivered: bigint): Outcome => ({
  money: 'released',
  frames: 'acked',
  congestion: 'acked',
  isAuthentic: true,
  delivered,
})

describe('what a reply means', () => {
  test.each<[string, Sent, IlpReply, StreamPacket | undefined, Outcome]>([
    [
      'a Fulfill with the peer’s word',
      sent,
      fulfill(),
      answer(Fulfill, 995n),
      { ...fulfilled, isAuthentic: true, delivered: 995n },
    ],
    [
      'a Fulfill at the minimum',
      sent,
      fulfill(),
      answer(Fulfill, 990n),
      { ...fulfilled, isAuthentic: true, delivered: 990n },
    ],
    ['a Fulfill without a readable word', sent, fulfill(), undefined, { ...fulfilled, isAuthentic: false }],
    [
      'a Fulfill below the minimum (S1)',
      sent,
      fulfill(),
      answer(Fulfill, 989n),
      { ...fulfilled, isAuthentic: true, delivered: 989n, fatal: { by: 'rateTooLow', minimum: 990n, delivered: 989n } },
    ],
    ['a Fulfill with another preimage', sent, fulfill(new Uint8Array(32)), undefined, wrong],
    ['a Fulfill with a short preimage', sent, fulfill(fulfillment.subarray(0, 31)), undefined, wrong],
    [
      'a Fulfill with another preimage and a word that opens',
      sent,
      fulfill(new Uint8Array(32)),
      answer(Fulfill, 995n),
      wrong,
    ],
    ['a Fulfill of a probe', probe, fulfill(), answer(Fulfill, 995n), wrong],
    ['a Reject with the peer’s word', sent, reject('F99'), answer(Reject, 400n), heard(400n)],
    ['a Reject with the peer’s word and any code', sent, reject('T04'), answer(Reject, 400n), heard(400n)],
    ['an F08 with the peer’s word', probe, tooLarge(5n, 1n), answer(Reject, 0n), heard(0n)],
    ['an F08 that tells', sent, tooLarge(500n, 100n), undefined, refused(200n)],
    ['an F08 that tells in small units', sent, tooLarge(3n, 1n), undefined, refused(333n)],
    ['an F08 without data', sent, reject('F08'), undefined, refused(undefined)],
    ['an F08 with short data', sent, reject('F08', new Uint8Array(15)), undefined, refused(undefined)],
    ['an F08 for nothing received', sent, tooLarge(0n, 0n), undefined, refused(undefined)],
    ['an F08 whose maximum is what was received', sent, tooLarge(500n, 500n), undefined, refused(undefined)],
    ['an F08 whose maximum is more', sent, tooLarge(1n, 2n ** 64n - 1n), undefined, refused(undefined)],
    [
      'an F08 of which nothing is left',
      sent,
      tooLarge(2n ** 64n - 1n, 1n),
      undefined,
      { ...refused(0n), pathFailure: { by: 'pathMaximumZero' } },
    ],
    ['T04', sent, reject('T04'), undefined, { ...released, congestion: 'insufficientLiquidity' }],
    ['T00', sent, reject('T00'), undefined, busy],
    ['T05', sent, reject('T05'), undefined, busy],
    ['T99', sent, reject('T99'), undefined, busy],
    ['F99 of somebody else', sent, reject('F99', new Uint8Array(3)), undefined, busy],
    ['R00', sent, reject('R00'), undefined, LOST],
    ['R99', sent, reject('R99'), undefined, LOST],
    ['F00', sent, reject('F00'), undefined, final('F00')],
    ['F02', probe, reject('F02'), undefined, final('F02')],
    ['a code nobody knows', sent, reject('X17'), undefined, final('X17')],
    ['no code', sent, reject(''), undefined, final('')],
  ])('%s', (_, packet, reply, word, expected) => {
    expect(outcomeOf(packet, reply, word)).toEqual(expected)
  })

  test('a packet that could not be sent is lost, with the cause', () => {
    expect(sendFailure('no route')).toEqual({ ...LOST, pathFailure: { by: 'sendFailed', cause: 'no route' } })
  })
})

describe('the peer’s word', () => {
  test.each<[string, IlpReply, StreamPacket, boolean]>([
    ['to this Fulfill', fulfill(), answer(Fulfill, 1n), true],
    ['to this Reject', reject('F99'), answer(Reject, 1n), true],
    ['to another packet', reject('F99'), answer(Reject, 1n, 8), false],
    ['of a Reject in a Fulfill', fulfill(), answer(Reject, 1n), false],
    ['of a Fulfill in a Reject (P2)', reject('F99'), answer(Fulfill, 1n), false],
    [
      'of a Prepare (a reflection)',
      reject('F99'),
      { ...answer(Reject, 1n), ilpPacketType: IlpPacketType.Prepare },
      false,
    ],
  ])('%s counts only where it belongs', (_, reply, word, expected) => {
    expect(matches(sent, reply, word)).toBe(expected)
  })
})
