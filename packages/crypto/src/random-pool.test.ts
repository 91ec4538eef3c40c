import { describe, expect, it } from 'vitest'
import { randomPool } from './random-pool.js'

/** A source that counts: every byte it gives says when it was given. */
function countingSource() {
  const fills: Uint8Array[] = []
  let next = 0
  const fill = (bytes: Uint8Array): void => {
    fills.push(bytes)
    for (let i = 0; i < bytes.length; i++) bytes[i] = next++ & 0xff
  }
  return { fill, fills }
}

describe('the random pool', () => {
  it('draws nothing before the first wish', () => {
    const { fill, fills } = countingSource()
    randomPool(fill)
    expect(fills).toEqual([])
  })

  it('hands out consecutive bytes, each once', () => {
    const pool = randomPool(countingSource().fill)
    expect([...pool.take(3)]).toEqual([0, 1, 2])
    expect([...pool.take(0)]).toEqual([])
    expect([...pool.take(2)]).toEqual([3, 4])
  })

  it('zeroes in the pool what it hands out', () => {
    const { fill, fills } = countingSource()
    const pool = randomPool(fill)
    pool.take(12)
    pool.take(20)
    expect([...fills.at(0)!.subarray(0, 33)]).toEqual([...new Uint8Array(32), 32])
  })

  it('calls the source once for 512 IVs', () => {
    const { fill, fills } = countingSource()
    const pool = randomPool(fill)
    for (let i = 0; i < 512; i++) pool.take(12)
    expect(fills).toHaveLength(1)
    pool.take(12)
    expect(fills).toHaveLength(2)
  })

  it('never pads a wish that the rest of the pool is too short for', () => {
    const pool = randomPool((bytes) => void bytes.fill(0xff))
    for (let i = 0; i < 2000; i++) expect(pool.take(13)).toEqual(new Uint8Array(13).fill(0xff))
  })

  it('draws long wishes directly', () => {
    const { fill, fills } = countingSource()
    const bytes = randomPool(fill).take(100_000)
    expect(bytes).toHaveLength(100_000)
    expect(fills).toEqual([bytes])
  })

  it('keeps nothing when the source fails, and tries again on the next wish', () => {
    let broken = true
    const pool = randomPool((bytes) => {
      if (broken) throw new Error('no entropy')
      bytes.fill(7)
    })
    expect(() => pool.take(12)).toThrow('no entropy')
    expect(() => pool.take(12)).toThrow('no entropy')
    broken = false
    expect([...pool.take(2)]).toEqual([7, 7])
  })

  it('forgets what it drew ahead when told to', () => {
    const { fill, fills } = countingSource()
    const pool = randomPool(fill)
    pool.take(12)
    pool.discard()
    expect(fills.at(0)!.every((byte) => byte === 0)).toBe(true)
    pool.take(12)
    expect(fills).toHaveLength(2)
  })
})
