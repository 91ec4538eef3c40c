import { packetProtection } from '@stream/crypto'
import { portableCrypto } from '@stream/crypto/portable'
import { createReceipt, verifyReceipt } from '@stream/crypto/receipt'
import { encodePacket, FrameType, IlpPacketType, type Frame } from '@stream/frames'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import { expect, test } from 'vitest'
import { Inspector } from './inspector.js'
import { Observation, type Books, type EndTerms } from './observation.js'

const protection = packetProtection(portableCrypto, new Uint8Array(32).fill(1))
const clock = { now: 0 }
const receiptKey = { nonce: new Uint8Array(16).fill(2), secret: new Uint8Array(32).fill(3) }

const terms: EndTerms = {
  name: 'end',
  isPeerHonest: true,
  hasPeerForgotten: () => false,
  maxPacketAmount: 1_000n,
  pathFailures: 5,
  idle: 60_000,
  grace: 1_000,
  sendBuffer: 1_000,
  maxStreamWindow: 1_000,
  maxConnectionWindow: 1_500,
  padPackets: false,
  givesReceipts: false,
  verifyReceipt: undefined,
}
const stream = {
  id: 1,
  sendMax: 100n,
  sent: 0n,
  held: 0n,
  received: 0n,
  receiveMax: 100n,
  readableBytes: 0,
  unsentBytes: 0,
  receipt: undefined,
}
const empty: Books = { sent: 0n, received: 0n, minimumRate: undefined, packetsInFlight: 0, streams: [] }

/** One end that says what the test wants it to say. */
const watched = (books: Partial<Books> = {}) => {
  const inspector = new Inspector(clock)
  const end = new Observation(terms, protection, () => ({ ...empty, ...books }), 0)
  inspector.watch(end)
  return { inspector, end }
}

const prepareOf = (sequence: number, amount: bigint, frames: readonly Frame[] = [], minimum = 1n): IlpPrepare => {
  const type = IlpPacketType.Prepare
  const data = protection.seal(encodePacket({ ilpPacketType: type, sequence, prepareAmount: minimum, frames }))
  const executionCondition = protection.condition(protection.fulfillment(data))
  return { amount, destination: 'test.peer', executionCondition, expiresAt: 10_000, data }
}

const fulfil = (prepare: IlpPrepare, sequence: number): IlpReply => {
  const type = IlpPacketType.Fulfill
  const packet = { ilpPacketType: type, sequence, prepareAmount: prepare.amount, frames: [] }
  return {
    type: 'fulfill',
    fulfillment: protection.fulfillment(prepare.data),
    data: protection.seal(encodePacket(packet)),
  }
}

const invariantsOf = ({ inspector }: ReturnType<typeof watched>): string[] =>
  inspector.violations.map(({ invariant }) => invariant)

const rate = { numerator: 1n, denominator: 1n }
const money: Frame = { type: FrameType.StreamMoney, streamId: 1, shares: 1n }

const sending = (...prepares: IlpPrepare[]): string[] => {
  const run = watched()
  for (const prepare of prepares) run.inspector.onSent(run.end, run.end.onSent(0, prepare, rate))
  return invariantsOf(run)
}

test('packets in order have nothing to report', () => {
  expect(sending(prepareOf(1, 10n, [money]), prepareOf(2, 0n))).toEqual([])
})

test.each<[string, IlpPrepare[], string]>([
  ['more than the largest packet', [prepareOf(1, 1_001n)], 'I5 limits'],
  ['money for nothing', [prepareOf(1, 10n, [money], 0n)], 'I4 minimum rate'],
  ['a sequence twice', [prepareOf(2, 0n), prepareOf(2, 0n)], 'I10 wire'],
  ['a packet nobody can read', [{ ...prepareOf(1, 0n), data: new Uint8Array(50) }], 'I10 wire'],
  [
    'money and data in one packet',
    [prepareOf(1, 1n, [money, { type: FrameType.StreamData, streamId: 1, offset: 0, data: new Uint8Array(1) }])],
    'I10 wire',
  ],
  [
    'a limit that falls',
    [50, 49].map((maxOffset, i) => prepareOf(i + 1, 0n, [{ type: FrameType.ConnectionMaxData, maxOffset }])),
    'I14 state machine',
  ],
  [
    'four hundred packets at once that lead to nothing',
    Array.from({ length: 401 }, (_, i) => prepareOf(i + 1, 0n)),
    'I9 no spin',
  ],
])('%s is found', (_, prepares, invariant) => {
  expect(sending(...prepares)).toEqual([invariant])
})

test.each<[string, Partial<Books>, string]>([
  ['money that never moved', { sent: 1n }, 'I1 conservation'],
  ['money that never came', { received: 1n }, 'I1 conservation'],
  ['more in flight than sendMax', { streams: [{ ...stream, held: 101n }] }, 'I5 limits'],
  ['more bytes for the reader than the window', { streams: [{ ...stream, readableBytes: 1_001 }] }, 'I7 memory'],
])('books that tell of %s are found', (_, books, invariant) => {
  const run = watched(books)
  run.inspector.afterStep(run.end, 0)
  expect(invariantsOf(run)).toEqual([invariant])
})

test('a payment that nobody was credited for is found at its Fulfill', () => {
  const run = watched()
  const prepare = prepareOf(1, 10n, [money])
  const sent = run.end.onSent(0, prepare, undefined)
  const reply = fulfil(prepare, 1)
  run.inspector.onReply(run.end, sent, reply, 5, run.end.onReply(5, sent, reply))
  expect(invariantsOf(run)).toContain('I1 counterpart')
})

test.each([
  ['late', 10_000, 10n, 'I2 credit only by a Fulfill in time'],
  ['for less than its minimum', 5, 0n, 'I2 credit only by a Fulfill in time'],
])('a Fulfill that leaves %s is found', (_, at, amount, invariant) => {
  const run = watched()
  const prepare = prepareOf(1, amount)
  const arrived = run.end.onArrival(0, prepare)
  run.end.onAnswer(at, arrived, fulfil(prepare, 1))
  run.inspector.afterAnswer(run.end, arrived)
  expect(invariantsOf(run)).toEqual([invariant])
})

test('a copy that is credited again is found', () => {
  const run = watched()
  const prepare = prepareOf(1, 10n)
  for (let copy = 0; copy < 2; copy++) {
    const arrived = run.end.onArrival(0, prepare)
    arrived.credited = 10n
  }
  run.inspector.atEnd()
  expect(invariantsOf(run)).toContain('I3 no double credit')
})

test('an end that nothing justifies is found', () => {
  const closing = { errorCode: 1, errorMessage: '' } as const
  for (const reason of [
    { by: 'peer', ...closing },
    { by: 'idleTimeout' },
    { by: 'wrongFulfillment' },
    { by: 'rateTooLow', minimum: 2n, delivered: 1n },
  ] as const) {
    const run = watched()
    run.inspector.onClosed(run.end, reason, 59_999)
    expect(invariantsOf(run)).toEqual(['I11 isolation'])
  }
})

test('events after the last one, and twice what happens once, are found', () => {
  for (const events of [
    ['closed', 'established'],
    ['established', 'established'],
  ] as const) {
    const run = watched()
    for (const type of events) {
      run.inspector.onEvent(run.end, type === 'closed' ? { type, reason: { by: 'idleTimeout' } } : { type }, 0)
    }
    expect(invariantsOf(run)).toEqual(['I14 state machine'])
  }
})

/** A Fulfill with a receipt that says `total` for what was credited. */
const receipting = (...steps: readonly { total: bigint; credited: bigint }[]): string[] => {
  const inspector = new Inspector(clock)
  const end = new Observation({ ...terms, givesReceipts: true }, protection, () => empty, 0)
  inspector.watch(end)
  steps.forEach(({ total, credited }, index) => {
    const sequence = index + 1
    const arrived = end.onArrival(0, prepareOf(sequence, 10n, [money]))
    const receipt = createReceipt(portableCrypto, { ...receiptKey, streamId: 1, totalReceived: total })
    const frames: Frame[] = total > 0n ? [{ type: FrameType.StreamReceipt, streamId: 1, receipt }] : []
    const packet = { ilpPacketType: IlpPacketType.Fulfill, sequence, prepareAmount: 10n, frames }
    const fulfillment = protection.fulfillment(arrived.prepare.data)
    end.onAnswer(5, arrived, { type: 'fulfill', fulfillment, data: protection.seal(encodePacket(packet)) })
    inspector.onAnswer(end, arrived)
    arrived.totals.set(1, credited)
    end.tally(1).received = credited
    inspector.afterAnswer(end, arrived)
  })
  inspector.atEnd()
  return inspector.violations.filter(({ invariant }) => invariant === 'I13 receipts').map(({ what }) => what)
}

test('receipts for what was credited have nothing to report', () => {
  const steps = [10n, 25n].map((total) => ({ total, credited: total }))
  expect(receipting(...steps)).toEqual([])
})

test.each([
  ['of another total than was credited', [{ total: 9n, credited: 10n }], 'says 9, 10 was credited'],
  ['that does not grow', [10n, 10n].map((total) => ({ total, credited: total })), 'says 10 after 10'],
  ['that is missing', [{ total: 0n, credited: 10n }], 'no receipt left for it'],
])('a receipt %s is found', (_, steps, what) => {
  expect(receipting(...steps)).toEqual([expect.stringContaining(what)])
})

test('a payer that does not hold the largest receipt that came is found', () => {
  const receiptOf = (totalReceived: bigint) =>
    createReceipt(portableCrypto, { ...receiptKey, streamId: 1, totalReceived })
  const verify = (receipt: Uint8Array) => verifyReceipt(portableCrypto, receipt, receiptKey.secret)
  const watch = (held: bigint) => {
    const inspector = new Inspector(clock)
    const books = { ...empty, streams: [{ ...stream, receipt: receiptOf(held) }] }
    const end = new Observation({ ...terms, verifyReceipt: verify }, protection, () => books, 0)
    for (const [delivered, total] of [
      [20n, 20n],
      [10n, 30n],
    ] as const) {
      const event = { type: 'moneySent', streamId: 1, amount: 1n, delivered, receipt: receiptOf(total) } as const
      inspector.onEvent(end, event, 0)
    }
    inspector.afterStep(end, 0)
    return inspector.violations.filter(({ invariant }) => invariant === 'I13 receipts').map(({ what }) => what)
  }
  expect(watch(30n)).toEqual([])
  expect(watch(20n)).toEqual(['stream 1 holds a receipt of 20, one of 30 has come'])
})
