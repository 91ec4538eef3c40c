import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Delivery } from './delivery.js'
import { LimitSync } from './limit-sync.js'

describe('a limit the peer must know', () => {
  it('is not owed when the peer knows it from the beginning', () => {
    expect(new LimitSync<number>(5).owed).toBe(false)
    expect(new LimitSync<number>(5, { owed: true }).owed).toBe(true)
  })

  it('is owed when it grows, until it is in a packet', () => {
    const limit = new LimitSync<bigint>(5n)
    limit.raise(6n)
    expect([limit.value, limit.owed]).toEqual([6n, true])
    limit.deliver()
    expect(limit.owed).toBe(false)
  })

  it('never shrinks, and is not owed for the attempt', () => {
    const limit = new LimitSync<number>(5)
    limit.raise(4)
    limit.raise(5)
    expect([limit.value, limit.owed]).toEqual([5, false])
  })

  it('is owed again with its current value when the packet is lost', () => {
    const limit = new LimitSync<number>(5)
    limit.raise(6)
    const delivery = limit.deliver()
    delivery.onLost()
    expect([limit.value, limit.owed]).toEqual([6, true])
  })

  it('stays owed when an older value is acknowledged', () => {
    const limit = new LimitSync<number>(5)
    limit.raise(6)
    const delivery = limit.deliver()
    limit.raise(7)
    delivery.onAcked()
    expect(limit.owed).toBe(true)
  })

  it('does not ask for a second copy when a newer one is in flight', () => {
    const limit = new LimitSync<number>(5)
    limit.raise(6)
    const older = limit.deliver()
    limit.raise(7)
    const newer = limit.deliver()
    older.onLost()
    expect(limit.owed).toBe(false)
    newer.onLost()
    expect(limit.owed).toBe(true)
  })

  it('does not ask for a second copy when a newer one arrived', () => {
    const limit = new LimitSync<number>(5)
    limit.raise(6)
    const older = limit.deliver()
    limit.raise(7)
    limit.deliver().onAcked()
    older.onLost()
    expect(limit.owed).toBe(false)
  })

  it('does not ask for a second copy when a newer one arrived and an old one after it', () => {
    const limit = new LimitSync<number>(5)
    limit.raise(6)
    const [oldest, older] = [limit.deliver(), limit.deliver()]
    limit.raise(7)
    limit.deliver().onAcked()
    older.onAcked()
    oldest.onLost()
    expect(limit.owed).toBe(false)
  })

  it('is owed again when the peer shows that it does not know it, though it was acknowledged', () => {
    const limit = new LimitSync<number>(5)
    limit.raise(6)
    limit.deliver().onAcked()
    limit.owe()
    expect(limit.owed).toBe(true)
    const delivery = limit.deliver()
    expect(limit.owed).toBe(false)
    delivery.onLost()
    expect(limit.owed).toBe(true)
  })

  it('is not owed after a reply carried it, until it grows or a packet with it is lost', () => {
    const limit = new LimitSync<number>(5)
    limit.raise(6)
    const delivery = limit.deliver()
    limit.owe()
    limit.announce()
    expect(limit.owed).toBe(false)
    delivery.onLost()
    expect(limit.owed).toBe(true)
    limit.announce()
    limit.raise(7)
    expect(limit.owed).toBe(true)
  })

  it('is no longer owed when an early copy of the current value turns out to have arrived', () => {
    const limit = new LimitSync<number>(5)
    limit.raise(6)
    const delivery = limit.deliver()
    limit.owe()
    delivery.onAcked()
    expect(limit.owed).toBe(false)
  })
})

type Fate = 'inFlight' | 'acked' | 'lost'
interface Copy {
  readonly value: number
  readonly delivery: Delivery
  fate: Fate
}

const operations = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('raise' as const), by: fc.integer({ min: -2, max: 3 }) }),
    fc.record({ kind: fc.constantFrom('acked' as const, 'lost' as const), which: fc.nat(20) }),
    fc.record({ kind: fc.constantFrom('deliver' as const, 'announce' as const, 'owe' as const) }),
  ),
  { maxLength: 60 },
)

describe('any order of raises, packets, acknowledgements and losses', () => {
  it('loses no update and asks for none that is known', () => {
    fc.assert(
      fc.property(fc.boolean(), operations, (owed, steps) => {
        const limit = new LimitSync<number>(0, { owed })
        const copies: Copy[] = []
        let value = 0
        // What was said of the current value other than in a Prepare.
        let assumed = !owed
        let announced = false
        let known = !owed
        for (const step of steps) {
          if (step.kind === 'raise') {
            if (step.by > 0) assumed = announced = known = false
            value = Math.max(value, value + step.by)
            limit.raise(limit.value + step.by)
          } else if (step.kind === 'owe') {
            limit.owe()
            assumed = announced = known = false
            expect(limit.owed).toBe(true)
          } else if (step.kind === 'announce') {
            limit.announce()
            announced = true
            expect(limit.owed).toBe(false)
          } else if (step.kind === 'deliver') {
            // As the core does: what is not owed is not sent.
            if (limit.owed) copies.push({ value: limit.value, delivery: limit.deliver(), fate: 'inFlight' })
          } else if ('which' in step) {
            const pending = copies.filter(({ fate }) => fate === 'inFlight')
            const copy = pending[step.which % Math.max(1, pending.length)]
            if (copy === undefined) continue
            copy.fate = step.kind
            if (step.kind === 'acked') copy.delivery.onAcked()
            else copy.delivery.onLost()
            if (step.kind === 'acked' && copy.value === value) known = true
          }
          expect(limit.value).toBe(value)
          const underWay = copies.some((copy) => copy.value === value && copy.fate !== 'lost')
          if (!limit.owed) expect(assumed || announced || known || underWay).toBe(true)
          if (known) expect(limit.owed).toBe(false)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('lets the peer know the last value, as long as packets arrive at last', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const limit = new LimitSync<number>(0)
        const pending: { value: number; delivery: Delivery }[] = []
        let peerKnows = 0
        const settle = (index: number, isAcked: boolean): void => {
          const [copy] = pending.splice(index, 1)
          if (copy === undefined) return
          if (isAcked) peerKnows = Math.max(peerKnows, copy.value)
          if (isAcked) copy.delivery.onAcked()
          else copy.delivery.onLost()
        }
        const send = (): void => {
          if (limit.owed) pending.push({ value: limit.value, delivery: limit.deliver() })
        }
        for (const step of steps) {
          if (step.kind === 'raise') limit.raise(limit.value + step.by)
          else if (step.kind === 'owe') limit.owe()
          else if (step.kind === 'deliver') send()
          else if ('which' in step) settle(step.which % Math.max(1, pending.length), step.kind === 'acked')
        }
        while (pending.length > 0) settle(0, false)
        send()
        settle(0, true)
        expect(peerKnows).toBe(limit.value)
        expect(limit.owed).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })
})
