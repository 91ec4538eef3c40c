import { describe, expect, it, vi } from 'vitest'
import { ratio } from './path/ratio.js'
import { SettingsPool } from './settings-pool.js'

describe('settings', () => {
  it('that are equal are one object, checked once', () => {
    const pool = new SettingsPool<{ window: number; rate: unknown; other?: number }>()
    const check = vi.fn()
    const settings = () => ({ window: 1, rate: ratio(1n, 100n) })
    const first = pool.share(settings(), check)
    expect(pool.share(settings(), check)).toBe(first)
    expect(check).toHaveBeenCalledTimes(1)
    for (const other of [
      { ...first, window: 2 },
      { ...first, rate: ratio(2n, 100n) },
      { ...first, other: 1 },
    ]) {
      expect(pool.share(other, check)).toBe(other)
    }
    expect(pool.share({ window: 1, rate: undefined }, check)).not.toBe(first)
    expect(pool.share(settings(), check)).toBe(first)
  })

  it('that cannot work are refused each time', () => {
    const pool = new SettingsPool<{ window: number }>()
    const check = () => {
      throw new RangeError('window')
    }
    for (let i = 0; i < 2; i++) expect(() => pool.share({ window: 0 }, check)).toThrow(RangeError)
  })

  it('are kept as long as few others come', () => {
    const pool = new SettingsPool<{ window: number }>()
    const first = pool.share({ window: 0 }, () => {})
    for (let window = 1; window < 8; window++) pool.share({ window }, () => {})
    expect(pool.share({ window: 0 }, () => {})).toBe(first)
    pool.share({ window: 8 }, () => {})
    expect(pool.share({ window: 0 }, () => {})).not.toBe(first)
  })
})
