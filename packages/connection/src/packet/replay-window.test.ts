import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ReplayWindow } from './replay-window.js'

const WINDOW = 4096

describe('the replay window', () => {
  test('accepts each sequence once, 0 included', () => {
    const window = new ReplayWindow()
    expect([0, 0, 1, 1, 0].map((sequence) => window.accept(sequence))).toEqual([true, false, true, false, false])
  })

  test('accepts what is up to 4095 behind the highest, and nothing older', () => {
    const window = new ReplayWindow()
    window.accept(10_000)
    expect(window.accept(10_000 - WINDOW + 1)).toBe(true)
    expect(window.accept(10_000 - WINDOW)).toBe(false)
    expect(window.has(5)).toBe(true)
    expect(window.has(10_001)).toBe(false)
  })

  test('asking changes nothing', () => {
    const window = new ReplayWindow()
    expect(window.has(3)).toBe(false)
    expect(window.accept(3)).toBe(true)
    expect(window.has(2)).toBe(false)
    expect(window.accept(2)).toBe(true)
  })

  test('takes a jump to the largest sequence in stride', () => {
    const window = new ReplayWindow()
    window.accept(1)
    expect(window.accept(Number.MAX_SAFE_INTEGER)).toBe(true)
    expect(window.accept(Number.MAX_SAFE_INTEGER)).toBe(false)
    expect(window.accept(Number.MAX_SAFE_INTEGER - 1)).toBe(true)
    expect(window.accept(1)).toBe(false)
  })

  test('agrees with a set of all that was ever seen', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -40, max: 40 }) },
      { weight: 1, arbitrary: fc.integer({ min: -2 * WINDOW, max: 2 * WINDOW }) },
      { weight: 1, arbitrary: fc.constantFrom(-WINDOW, 1 - WINDOW, WINDOW, WINDOW - 1, WINDOW + 1) },
    )
    fc.assert(
      fc.property(fc.nat(10_000), fc.array(step, { maxLength: 200 }), (start, steps) => {
        const window = new ReplayWindow()
        const seen = new Set<number>()
        let highest = -1
        let at = start
        for (const by of steps) {
          at = Math.max(0, at + by)
          const expected = !seen.has(at) && at > highest - WINDOW
          expect(window.has(at)).toBe(!expected)
          expect(window.accept(at)).toBe(expected)
          if (expected) seen.add(at)
          if (expected) highest = Math.max(highest, at)
        }
      }),
    )
  })
})
