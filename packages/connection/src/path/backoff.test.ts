import { describe, expect, test } from 'vitest'
import { Backoff } from './backoff.js'

/** Sends packet `sequence` and hears at `now` that it failed. */
function fail(backoff: Backoff, sequence: number, now: number, factor?: number): boolean {
  backoff.onSent(sequence)
  backoff.onAnswer(sequence)
  return backoff.onFailure(now, sequence, factor)
}

describe('the pause between attempts', () => {
  test('is none after the first failure, then 50 ms, doubling up to 5 s', () => {
    const backoff = new Backoff()
    const pauses = Array.from({ length: 11 }, (_, i) => {
      fail(backoff, i + 1, 0)
      return backoff.until
    })
    expect(pauses).toEqual([0, 50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000])
  })

  test('grows more slowly where it is asked to', () => {
    const backoff = new Backoff()
    const pauses = Array.from({ length: 4 }, (_, i) => {
      fail(backoff, i + 1, 1_000, 1.5)
      return backoff.until
    })
    expect(pauses).toEqual([0, 1_050, 1_075, 1_112.5])
  })

  test('stays finite however long the trouble lasts', () => {
    const backoff = new Backoff()
    for (let i = 1; i < 3_000; i++) fail(backoff, i, 0)
    expect(backoff.until).toBe(5_000)
  })

  test('ends with the first success', () => {
    const backoff = new Backoff()
    for (let i = 1; i < 5; i++) fail(backoff, i, 0)
    backoff.onProgress()
    expect(backoff.until).toBe(0)
    expect(backoff.mayTry).toBe(true)
    fail(backoff, 5, 0)
    expect(backoff.until).toBe(0)
  })
})

describe('packets that were in flight together', () => {
  test('count as one failure, even when all is heard in the same instant', () => {
    const backoff = new Backoff()
    for (let sequence = 1; sequence <= 20; sequence++) backoff.onSent(sequence)
    const news = Array.from({ length: 20 }, (_, i) => backoff.onFailure(7, i + 1))
    expect(news).toEqual([true, ...Array<boolean>(19).fill(false)])
    expect(backoff.failures).toBe(1)
    expect(fail(backoff, 21, 7)).toBe(true)
    expect(backoff.failures).toBe(2)
  })
})

describe('after two failures', () => {
  test('one packet at a time may go', () => {
    const backoff = new Backoff()
    expect([fail(backoff, 1, 0), backoff.mayTry]).toEqual([true, true])
    expect([fail(backoff, 2, 0), backoff.mayTry]).toEqual([true, true])
    backoff.onSent(3)
    expect(backoff.mayTry).toBe(false)
    // An older one says nothing about it.
    backoff.onAnswer(2)
    expect(backoff.mayTry).toBe(false)
    backoff.onAnswer(3)
    expect(backoff.mayTry).toBe(true)
  })

  test('any progress opens the way for all', () => {
    const backoff = new Backoff()
    fail(backoff, 1, 0)
    fail(backoff, 2, 0)
    backoff.onSent(3)
    backoff.onProgress()
    expect(backoff.mayTry).toBe(true)
  })
})
