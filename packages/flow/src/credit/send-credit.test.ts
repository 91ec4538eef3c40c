import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FlowUsageError } from '../errors.js'
import { SendCredit } from './send-credit.js'

describe('credit to send', () => {
  it('is the limit less what was sent', () => {
    const credit = new SendCredit(100)
    credit.consume(30)
    expect([credit.limit, credit.used, credit.available()]).toEqual([100, 30, 70])
  })

  it('may be used up, but not by one byte more', () => {
    const credit = new SendCredit(100)
    credit.consume(100)
    expect(credit.available()).toBe(0)
    expect(() => credit.consume(1)).toThrow(FlowUsageError)
    expect(() => credit.consume(1)).toThrow('Cannot send 1 bytes: the peer accepts 0 more; ask available() first')
    expect(credit.used).toBe(100)
  })

  it('tells when a raised limit ends a blockade, and only then', () => {
    const credit = new SendCredit(10)
    expect(credit.raise(20)).toBe(false)
    credit.consume(20)
    expect(credit.raise(20)).toBe(false)
    expect(credit.raise(21)).toBe(true)
    expect(credit.raise(22)).toBe(false)
  })

  it('ignores limits that do not grow, for packets overtake each other', () => {
    const credit = new SendCredit(50)
    expect(credit.raise(40)).toBe(false)
    expect(credit.limit).toBe(50)
  })

  it('may begin with nothing', () => {
    const credit = new SendCredit(0)
    expect(credit.available()).toBe(0)
    credit.consume(0)
    expect(credit.raise(5)).toBe(true)
  })

  it.each([
    [Infinity, Number.MAX_SAFE_INTEGER],
    [2 ** 64, Number.MAX_SAFE_INTEGER],
    [7.9, 7],
    [NaN, 5],
    [-1, 5],
  ])('makes the best of the odd limit %d that a peer advertises', (advertised, limit) => {
    const credit = new SendCredit(5)
    expect(() => credit.raise(advertised)).not.toThrow()
    expect(credit.limit).toBe(limit)
  })

  it.each([-1, 0.5, NaN, Infinity, 2 ** 53])('refuses to count %d bytes', (bytes) => {
    expect(() => new SendCredit(bytes)).toThrow(FlowUsageError)
    expect(() => new SendCredit(10).consume(bytes)).toThrow(FlowUsageError)
  })

  it('agrees with a sum and a maximum after any sequence of raises and sends', () => {
    const operation = fc.record({ kind: fc.constantFrom('raise', 'consume'), bytes: fc.nat(1000) })
    fc.assert(
      fc.property(fc.nat(1000), fc.array(operation), (initial, operations) => {
        const credit = new SendCredit(initial)
        let limit = initial
        let used = 0
        for (const { kind, bytes } of operations) {
          if (kind === 'raise') {
            const unblocks = used === limit && bytes > limit
            limit = Math.max(limit, bytes)
            expect(credit.raise(bytes)).toBe(unblocks)
          } else if (bytes > limit - used) {
            expect(() => credit.consume(bytes)).toThrow(FlowUsageError)
          } else {
            used += bytes
            credit.consume(bytes)
          }
          expect([credit.limit, credit.used, credit.available()]).toEqual([limit, used, limit - used])
        }
      }),
    )
  })
})
