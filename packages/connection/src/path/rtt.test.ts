import { describe, expect, it } from 'vitest'
import { RoundTrip } from './rtt.js'

describe('RoundTrip', () => {
  it('knows nothing before the first sample', () => {
    expect(new RoundTrip().smoothed).toBe(0)
  })

  it('starts with the first sample and moves an eighth of the way with each later one', () => {
    const rtt = new RoundTrip()
    rtt.sample(80, 0)
    expect(rtt.smoothed).toBe(80)
    rtt.sample(160, 0)
    expect(rtt.smoothed).toBe(90)
    rtt.sample(10, 0)
    expect(rtt.smoothed).toBe(80)
  })

  it('ignores what a clock cannot have measured', () => {
    const rtt = new RoundTrip()
    for (const ms of [-1, NaN, Infinity, -Infinity]) rtt.sample(ms, 0)
    expect(rtt.isFresh(0)).toBe(false)
    rtt.sample(0, 0)
    rtt.sample(NaN, 0)
    expect([rtt.isFresh(0), rtt.smoothed]).toEqual([true, 0])
  })

  it('is fresh for a quarter of a second after a sample, and never before the first', () => {
    const rtt = new RoundTrip()
    expect(rtt.isFresh(0)).toBe(false)
    rtt.sample(10, 1000)
    expect([rtt.isFresh(1250), rtt.isFresh(1251)]).toEqual([true, false])
  })
})
