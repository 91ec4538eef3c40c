import { expect, test } from 'vitest'
import type { Packet } from './packet.js'
import { queueing } from './queueing.js'

const prepare = (id: number, amount = 100n): Packet => ({
  type: 'prepare',
  id,
  prepare: {
    amount,
    destination: 'test.bob',
    executionCondition: new Uint8Array(32),
    expiresAt: 5000,
    data: new Uint8Array(0),
  },
})

const delays = (tamper: ReturnType<typeof queueing>, count: number, now = 0): (number | undefined)[] =>
  Array.from({ length: count }, (_, id) => tamper(prepare(id), now)[0]?.delay)

test('Prepares leave one after the other, at the rate of the queue', () => {
  expect(delays(queueing({ unitsPerSecond: 1000, patience: 1000 }), 3)).toEqual([100, 200, 300])
  expect(delays(queueing({ packetsPerSecond: 50, patience: 1000 }), 3)).toEqual([20, 40, 60])
})

test('a queue that had time to empty makes nobody wait', () => {
  const tamper = queueing({ packetsPerSecond: 100, patience: 1000 })
  delays(tamper, 5, 0)
  expect(delays(tamper, 2, 1000)).toEqual([10, 20])
})

test('who would wait longer than the queue allows is refused, and takes no place in it', () => {
  const tamper = queueing({ packetsPerSecond: 100, patience: 15, code: 'T03' })
  delays(tamper, 2)
  expect(tamper(prepare(7), 0)).toMatchObject([
    { back: true, packet: { type: 'reply', id: 7, reply: { type: 'reject', code: 'T03' } } },
  ])
  expect(tamper(prepare(8), 10)).toEqual([{ packet: prepare(8), delay: 20 }])
})

test('replies pass at once', () => {
  const tamper = queueing({ packetsPerSecond: 1, patience: 1000 })
  const reply: Packet = {
    type: 'reply',
    id: 1,
    reply: { type: 'fulfill', fulfillment: new Uint8Array(32), data: new Uint8Array(0) },
  }
  delays(tamper, 3)
  expect(tamper(reply, 0)).toEqual([{ packet: reply }])
})

test.each([
  [{ unitsPerSecond: 0, patience: 1 }, 'unitsPerSecond is 0; expected more than 0'],
  [{ packetsPerSecond: Number.NaN, patience: 1 }, 'packetsPerSecond is NaN'],
  [{ patience: -1 }, 'patience is -1; expected milliseconds'],
])('%o is refused', (options, message) => {
  expect(() => queueing(options)).toThrow(message)
})
