import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.js'

test('a full bucket gives its burst at once and then nothing', () => {
  const bucket = new TokenBucket({ rate: 10n, burst: 5n }, 0)
  expect(bucket.take(0, 5n)).toBe(true)
  expect(bucket.take(0, 1n)).toBe(false)
})

test('it refills at its rate, up to the burst', () => {
  const bucket = new TokenBucket({ rate: 10n, burst: 5n }, 0)
  bucket.take(0, 5n)
  expect(bucket.available(99)).toBe(0n)
  expect(bucket.available(100)).toBe(1n)
  expect(bucket.available(60_000)).toBe(5n)
})

test('a refused amount takes nothing', () => {
  const bucket = new TokenBucket({ rate: 0n, burst: 5n }, 0)
  expect(bucket.take(0, 6n)).toBe(false)
  expect(bucket.available(0)).toBe(5n)
})

test('a refund never fills it above the burst', () => {
  const bucket = new TokenBucket({ rate: 0n, burst: 5n }, 0)
  bucket.take(0, 2n)
  bucket.refund(2n)
  bucket.refund(2n)
  expect(bucket.available(0)).toBe(5n)
})

test('no refill is lost however often it is asked', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 12n }),
      fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { maxLength: 100 }),
      (rate, steps) => {
        const often = new TokenBucket({ rate, burst: 10n ** 20n }, 0)
        const once = new TokenBucket({ rate, burst: 10n ** 20n }, 0)
        for (const bucket of [often, once]) bucket.take(0, 10n ** 20n)
        let now = 0
        for (const step of steps) often.available((now += step))
        expect(often.available(now)).toBe(once.available(now))
      },
    ),
  )
})

test('a clock that is set back refills nothing and does no harm', () => {
  const bucket = new TokenBucket({ rate: 1000n, burst: 10n }, 1000)
  bucket.take(1000, 10n)
  expect(bucket.available(500)).toBe(0n)
  expect(bucket.available(1005)).toBe(5n)
})

test('a negative rate or burst is refused', () => {
  expect(() => new TokenBucket({ rate: -1n, burst: 1n }, 0)).toThrow('rate is -1; expected units per second, 0 or more')
  expect(() => new TokenBucket({ rate: 1n, burst: -1n }, 0)).toThrow('burst is -1')
})

test('another rate counts from the change on, and what is in the bucket stays as far as there is room', () => {
  const bucket = new TokenBucket({ rate: 1000n, burst: 100n }, 0)
  bucket.take(0, 100n)
  bucket.change(50, { rate: 100n, burst: 100n })
  expect(bucket.available(50)).toBe(50n)
  expect(bucket.available(150)).toBe(60n)
  bucket.change(150, { rate: 100n, burst: 20n })
  expect(bucket.available(150)).toBe(20n)
  expect(() => bucket.change(150, { rate: -1n, burst: 1n })).toThrow('rate is -1')
})
