import { expect, test } from 'vitest'
import type { Packet, Tamper } from '../packet.js'
import { seededRandom } from '../random.js'
import { chanceRefusals, inTurn } from './chance-refusals.js'

const prepare: Packet = {
  type: 'prepare',
  id: 3,
  prepare: {
    amount: 1n,
    destination: 'test.bob',
    executionCondition: new Uint8Array(32),
    expiresAt: 5000,
    data: new Uint8Array(0),
  },
}
const reply: Packet = {
  type: 'reply',
  id: 3,
  reply: { type: 'fulfill', fulfillment: new Uint8Array(32), data: new Uint8Array(0) },
}

test('the share of Prepares that was asked for is refused, with all of the codes', () => {
  const tamper = chanceRefusals(seededRandom(1), { probability: 0.05, codes: ['T00', 'T01'] })
  const answers = Array.from({ length: 10_000 }, () => tamper(prepare, 0)[0])
  const refused = answers.flatMap((answer) => (answer?.back === true ? [answer] : []))
  expect(refused.length).toBeGreaterThan(400)
  expect(refused.length).toBeLessThan(600)
  const codes = refused.map(({ packet }) =>
    packet.type === 'reply' && packet.reply.type === 'reject' ? packet.reply.code : '',
  )
  expect(new Set(codes)).toEqual(new Set(['T00', 'T01']))
})

test('replies always pass', () => {
  const tamper = chanceRefusals(seededRandom(1), { probability: 1, codes: ['T00'] })
  expect(tamper(reply, 0)).toEqual([{ packet: reply }])
})

test('of two in turn, the second never sees what the first answered; delays add up', () => {
  const late: Tamper = (packet) => [{ packet, delay: 5 }]
  const refuse = chanceRefusals(seededRandom(1), { probability: 1, codes: ['T00'] })
  expect(inTurn(late, late)(prepare, 0)).toEqual([{ packet: prepare, delay: 10 }])
  expect(inTurn(refuse, late)(prepare, 0)).toMatchObject([{ back: true, packet: { type: 'reply' } }])
})
