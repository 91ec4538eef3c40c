import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SentPackets, type SentPacket } from './sent-packets.js'

const hold = { onFulfilled: () => {}, onReleased: () => {} }

function packet(sequence: number, options: Partial<SentPacket> = {}): SentPacket {
  return {
    sequence,
    amount: 10n,
    minimum: 9n,
    fulfillment: new Uint8Array(32),
    sentAt: 0,
    destination: 'test.peer',
    deadline: 1_000,
    deliveries: [],
    payment: { streamId: 1, amount: 10n, minimum: 9n, hold },
    isProbe: false,
    streamIds: [],
    peerMaxData: 65_534,
    ...options,
  }
}

describe('packets in flight', () => {
  test('are found once, by their sequence', () => {
    const sent = new SentPackets()
    const one = packet(1)
    sent.add(one)
    expect(sent.take(2)).toBeUndefined()
    expect(sent.take(1)).toBe(one)
    expect(sent.take(1)).toBeUndefined()
    expect(sent.isEmpty).toBe(true)
  })

  test('expire in the order in which they left, whatever lifetime they were given', () => {
    const sent = new SentPackets()
    const deadlines = [500, 300, 900, 100].map((wanted, i) => {
      const deadline = sent.deadline(wanted)
      sent.add(packet(i, { deadline }))
      return deadline
    })
    expect(deadlines).toEqual([500, 500, 900, 900])
    expect(sent.nextDeadline).toBe(500)
    expect(sent.takeExpired(499)).toEqual([])
    expect(sent.takeExpired(500).map(({ sequence }) => sequence)).toEqual([0, 1])
    expect(sent.nextDeadline).toBe(900)
    expect(sent.takeExpired(5_000).map(({ sequence }) => sequence)).toEqual([2, 3])
    expect(sent.nextDeadline).toBeUndefined()
  })

  test('that were given up are kept while they can still cost money: payments, 4096 of them', () => {
    const sent = new SentPackets()
    sent.keepOverdue(packet(0, { payment: undefined }))
    for (let i = 1; i <= 4200; i++) sent.keepOverdue(packet(i))
    const kept = Array.from({ length: 4201 }, (_, i) => i).filter((i) => sent.takeOverdue(i) !== undefined)
    expect(kept).toEqual(Array.from({ length: 4096 }, (_, i) => 105 + i))
    expect(sent.takeOverdue(4200)).toBeUndefined()
  })

  test('always add up to what is in flight, probes apart', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), amount: fc.bigInt(0n, 2n ** 64n - 1n), isProbe: fc.boolean() }),
      fc.record({ do: fc.constant('take' as const), sequence: fc.nat(40) }),
      fc.record({ do: fc.constant('expire' as const), now: fc.nat(100) }),
      fc.record({ do: fc.constant('all' as const) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const sent = new SentPackets()
        const model = new Map<number, SentPacket>()
        let sequence = 0
        for (const next of steps) {
          switch (next.do) {
            case 'add': {
              const { amount, isProbe } = next
              const added = packet(++sequence, { amount, isProbe, deadline: sent.deadline(sequence * 3) })
              sent.add(added)
              model.set(sequence, added)
              break
            }
            case 'take':
              expect(sent.take(next.sequence)).toBe(model.get(next.sequence))
              model.delete(next.sequence)
              break
            case 'expire': {
              const expired = [...model.values()].filter(({ deadline }) => deadline <= next.now)
              expect(sent.takeExpired(next.now)).toEqual(expired)
              for (const old of expired) model.delete(old.sequence)
              break
            }
            case 'all':
              expect(sent.takeAll()).toEqual([...model.values()])
              model.clear()
          }
          const amounts = [...model.values()].filter(({ isProbe }) => !isProbe).map(({ amount }) => amount)
          const amount = amounts.reduce((sum, one) => sum + one, 0n)
          expect(sent.inFlight).toEqual({ amount, packets: model.size })
        }
      }),
    )
  })
})
