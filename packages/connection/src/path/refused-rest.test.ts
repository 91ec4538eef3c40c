import { describe, expect, test } from 'vitest'
import { RefusedRest } from './refused-rest.js'

/** Refusals of packets that leave one after the other, each after the answer to the one before. */
function refused(rest: RefusedRest, amount: bigint, times: number, missing = 1n, from = 0): RefusedRest {
  for (let i = 0; i < times; i++) rest.onRefused(from + 100 * i + 50, amount, missing, from + 100 * i)
  return rest
}

const timesUntilHopeless = (missing: bigint): number => {
  const rest = new RefusedRest()
  for (let times = 1; times < 100; times++) if (refused(rest, 7n, 1, missing, times * 100).isHopeless(7n)) return times
  return Infinity
}

describe('a rest that the receiver refuses', () => {
  test('is hopeless after three refusals that rounding explains, or after eight that it does not', () => {
    expect([1n, 16n, 17n, 1_000_000n].map(timesUntilHopeless)).toEqual([3, 3, 8, 8])
  })

  test('counts refusals of both kinds together', () => {
    const rest = refused(new RefusedRest(), 7n, 2, 1n)
    expect(refused(rest, 7n, 2, 100n, 1_000).isHopeless(7n)).toBe(false)
    expect(refused(rest, 7n, 1, 100n, 2_000).isHopeless(7n)).toBe(true)
  })

  test('says nothing about any other amount', () => {
    const rest = refused(new RefusedRest(), 7n, 3)
    expect([6n, 7n, 8n].map((amount) => rest.isHopeless(amount))).toEqual([false, true, false])
  })

  test('counts once when packets that were in flight together come back', () => {
    const rest = new RefusedRest()
    for (let packet = 0; packet < 20; packet++) rest.onRefused(100 + packet, 7n, 1n, packet)
    expect(rest.isHopeless(7n)).toBe(false)
    expect(refused(rest, 7n, 2, 1n, 1_000).isHopeless(7n)).toBe(true)
  })

  test('begins anew once so much has arrived after all', () => {
    const rest = refused(new RefusedRest(), 7n, 3)
    rest.onFulfilled(8n)
    expect(rest.isHopeless(7n)).toBe(true)
    rest.onFulfilled(7n)
    expect(refused(rest, 7n, 2, 1n, 1_000).isHopeless(7n)).toBe(false)
    expect(refused(rest, 7n, 1, 1n, 2_000).isHopeless(7n)).toBe(true)
  })

  test('is one of sixteen that are remembered: the one whose refusal is longest ago is forgotten', () => {
    const rest = new RefusedRest()
    for (let amount = 1n; amount <= 16n; amount++) refused(rest, amount, 3, 1n, Number(amount) * 1_000)
    // The first is refused once more, so that the second is the oldest now.
    refused(rest, 1n, 1, 1n, 50_000)
    refused(rest, 17n, 3, 1n, 60_000)
    const hopeless = Array.from({ length: 20 }, (_, i) => BigInt(i)).filter((amount) => rest.isHopeless(amount))
    expect(hopeless).toEqual([1n, ...Array.from({ length: 15 }, (_, i) => BigInt(i + 3))])
  })
})
