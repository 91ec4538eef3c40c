import { expect, test } from 'vitest'
import { seededRandom } from './random.js'

const draws = (seed: number): number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: 20 }, () => random.next())
}

test('equal seeds give equal draws and others differ', () => {
  expect(draws(42)).toEqual(draws(42))
  expect(new Set([0, 1, 2, -1, 42].map((seed) => draws(seed).join())).size).toBe(5)
})

test('draws stay the same from release to release, so that recorded runs can be repeated', () => {
  expect(draws(42).slice(0, 3)).toEqual([0.6011037519201636, 0.44829055899754167, 0.8524657934904099])
})

test('draws spread evenly', () => {
  const random = seededRandom(7)
  const buckets = Array.from({ length: 10 }, () => 0)
  for (let i = 0; i < 100_000; i++) {
    const drawn = random.integer(10)
    buckets[drawn] = (buckets[drawn] ?? 0) + 1
  }
  for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500)
})

test('chances come as often as they say', () => {
  const random = seededRandom(7)
  let hits = 0
  for (let i = 0; i < 100_000; i++) if (random.chance(0.05)) hits++
  expect(Math.abs(hits - 5000)).toBeLessThan(300)
})

test('certainties draw nothing', () => {
  const random = seededRandom(3)
  expect([random.chance(0), random.chance(-1), random.chance(1), random.chance(2)]).toEqual([false, false, true, true])
  expect(random.next()).toBe(seededRandom(3).next())
})

test('forks with different names are independent of each other and of how much their origin has drawn', () => {
  const origin = seededRandom(5)
  const early = origin.fork('a').next()
  origin.next()
  expect(origin.fork('a').next()).toBe(early)
  expect(origin.fork('b').next()).not.toBe(early)
})

test('between stays within its limits and bytes have the length asked for', () => {
  const random = seededRandom(9)
  for (let i = 0; i < 1000; i++) {
    const value = random.between(5, 7)
    expect(value >= 5 && value < 7).toBe(true)
  }
  expect(random.bytes(33)).toHaveLength(33)
  expect(new Set(random.bytes(200)).size).toBeGreaterThan(80)
})

test('a seed that is no whole number is refused', () => {
  expect(() => seededRandom(0.5)).toThrow('seed is 0.5; expected a whole number')
})
