import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocateShares, type StreamShares } from './allocate-shares.js'

/** As a map, to be compared in any order. */
function allocate(
  amount: bigint,
  shares: readonly StreamShares[],
  room: (streamId: number) => bigint,
  openStreams: Iterable<number>,
): Map<number, bigint> | undefined {
  const allocation = allocateShares(amount, shares, { room, openStreams })
  return allocation && new Map(allocation.map((part) => [part.streamId, part.amount]))
}

const unlimited = () => 2n ** 64n - 1n
const sharesOf = (...entries: [number, bigint][]) => entries.map(([streamId, shares]) => ({ streamId, shares }))

describe('allocateShares', () => {
  // RFC 0029 5.3.8-1, 4.4.2-1
  it('gives each stream its proportion (the example of RFC 0029, 5.3.8)', () => {
    const amounts = allocate(100n, sharesOf([2, 5n], [4, 15n], [6, 30n]), unlimited, [2, 4, 6])
    expect(amounts).toEqual(
      new Map([
        [2, 10n],
        [4, 30n],
        [6, 60n],
      ]),
    )
  })

  // RFC 0029 5.3.8-1, 5.3.8-2
  it('gives the remainder to the lowest-numbered open stream, whether it has shares or not', () => {
    expect(allocate(10n, sharesOf([5, 1n], [7, 1n], [9, 1n]), unlimited, [1, 5, 7, 9])).toEqual(
      new Map([
        [5, 3n],
        [7, 3n],
        [9, 3n],
        [1, 1n],
      ]),
    )
  })

  // RFC 0029 5.3.8-2
  it('passes the remainder on where there is no room', () => {
    const room = (id: number) => ({ 1: 3n, 3: 4n, 5: 100n })[id] ?? 0n
    expect(allocate(11n, sharesOf([1, 1n], [3, 1n], [5, 1n]), room, [1, 3, 5])).toEqual(
      new Map([
        [1, 3n],
        [3, 4n],
        [5, 4n],
      ]),
    )
  })

  it('adds up the shares of a stream that is named several times', () => {
    const amounts = allocate(10n, sharesOf([1, 1n], [3, 2n], [1, 2n]), unlimited, [1, 3])
    expect(amounts).toEqual(
      new Map([
        [1, 6n],
        [3, 4n],
      ]),
    )
  })

  it('counts a stream’s room once however often it is named', () => {
    const entries = sharesOf(...Array.from({ length: 10 }, (): [number, bigint] => [1, 1n]))
    expect(allocate(1000n, entries, () => 100n, [1])).toBeUndefined()
  })

  it('places nothing when one stream has no room for its part, though another has', () => {
    const room = (id: number) => (id === 1 ? 4n : 1000n)
    expect(allocate(10n, sharesOf([1, 1n], [3, 1n]), room, [1, 3])).toBeUndefined()
  })

  it('places nothing when the remainder finds no room', () => {
    expect(allocate(7n, sharesOf([1, 1n], [3, 1n]), () => 3n, [1, 3])).toBeUndefined()
  })

  it('places nothing without shares', () => {
    expect(allocate(7n, [], unlimited, [1])).toBeUndefined()
    expect(allocate(7n, sharesOf([1, 0n]), unlimited, [1])).toBeUndefined()
  })

  it('is exact where shares and amount need more than 64 bits together', () => {
    const max = 2n ** 64n - 1n
    const amounts = allocate(max, sharesOf([1, max], [3, max]), () => max, [1, 3])!
    expect([amounts.get(1), amounts.get(3)]).toEqual([2n ** 63n, 2n ** 63n - 1n])
  })

  it('never loses a unit, never exceeds a room, and fails only when it must', () => {
    const ids = [1, 2, 3, 4, 5, 6]
    fc.assert(
      fc.property(
        fc.bigInt(0n, 200n),
        fc.array(fc.tuple(fc.constantFrom(...ids), fc.bigInt(0n, 9n)), { maxLength: 8 }),
        fc.array(fc.bigInt(0n, 100n), { minLength: 6, maxLength: 6 }),
        fc.subarray(ids),
        (amount, entries, rooms, open) => {
          const room = (id: number) => rooms[id - 1]!
          const amounts = allocate(amount, sharesOf(...entries), room, open)
          const total = entries.reduce((sum, [, shares]) => sum + shares, 0n)
          const part = (id: number) =>
            total === 0n
              ? 0n
              : (amount * entries.reduce((sum, [own, shares]) => (own === id ? sum + shares : sum), 0n)) / total
          const parts = ids.map(part)
          const rest = amount - parts.reduce((sum, own) => sum + own, 0n)
          const spare = open.reduce((sum, id) => sum + room(id) - part(id), 0n)
          const fits = total > 0n && ids.every((id) => part(id) <= room(id)) && rest <= (rest > 0n ? spare : 0n)
          expect(amounts !== undefined).toBe(fits)
          if (amounts === undefined) return
          let sum = 0n
          for (const [id, own] of amounts) {
            expect(own > 0n && own >= part(id) && own <= room(id)).toBe(true)
            if (own > part(id)) {
              // Whatever stands before it in the order of ids is full.
              for (const lower of open) if (lower < id) expect(amounts.get(lower) ?? 0n).toBe(room(lower))
            }
            sum += own
          }
          expect(sum).toBe(amount)
        },
      ),
      { numRuns: 500 },
    )
  })
})
