import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FlowUsageError } from '../errors.js'
import { ASSUMED_CONNECTION_LIMIT, ASSUMED_STREAM_LIMIT, ReceiveWindow } from './receive-window.js'

const fixed = (window: number, assumed?: number): ReceiveWindow =>
  new ReceiveWindow({ window, maxWindow: window, ...(assumed === undefined ? {} : { assumed }) })

describe('the limit', () => {
  it('is owed from the start when it is above what the peer assumes', () => {
    expect(fixed(1000).limit).toMatchObject({ value: 1000, owed: true })
    expect(fixed(20_000, ASSUMED_STREAM_LIMIT).limit).toMatchObject({ value: 20_000, owed: true })
  })

  it('is never below what the peer assumes, and then there is nothing to tell', () => {
    const window = fixed(1000, ASSUMED_CONNECTION_LIMIT)
    expect(window.limit).toMatchObject({ value: 65_534, owed: false })
    expect(window.receive(65_534)).toBe(true)
    expect(window.receive(1)).toBe(false)
  })

  it('of a window that can still grow is raised when half of it was read, and not for less', () => {
    const window = new ReceiveWindow({ window: 1000, maxWindow: 2000 })
    window.limit.announce()
    window.receive(1000)
    window.release(499, 0, 50)
    expect(window.limit).toMatchObject({ value: 1000, owed: false })
    window.release(1, 0, 50)
    expect(window.limit).toMatchObject({ value: 1500, owed: true })
  })

  it('of any other is raised when a quarter was read, and not for less', () => {
    const window = fixed(1000)
    window.limit.announce()
    window.receive(1000)
    window.release(249, 0, 50)
    expect(window.limit).toMatchObject({ value: 1000, owed: false })
    window.release(1, 0, 50)
    expect(window.limit).toMatchObject({ value: 1250, owed: true })
  })

  it.each([
    { window: { window: 1000, maxWindow: 2000 }, least: 250 },
    { window: { window: 1000, maxWindow: 1000 }, least: 125 },
  ])('is raised in passing when $least bytes of $window were read, and not for less', ({ window: sizes, least }) => {
    const window = new ReceiveWindow(sizes)
    window.limit.announce()
    window.receive(1000)
    window.release(least - 1, 0, 50)
    window.raiseInPassing()
    expect(window.limit).toMatchObject({ value: 1000, owed: false })
    window.release(1, 0, 50)
    expect(window.limit).toMatchObject({ value: 1000, owed: false })
    window.raiseInPassing()
    expect(window.limit).toMatchObject({ value: 1000 + least, owed: true })
  })

  it('stands still while a window below the assumed limit catches up with it', () => {
    const window = fixed(1000, 16_384)
    window.receive(16_384)
    window.release(15_384, 0, 50)
    expect(window.limit.value).toBe(16_384)
    window.release(250, 0, 50)
    expect(window.limit.value).toBe(16_634)
  })

  it('ends at the last position a number can hold', () => {
    const most = Number.MAX_SAFE_INTEGER
    const window = fixed(most)
    window.receive(most)
    window.release(most, 0, 50)
    expect(window.limit.value).toBe(most)
    expect(window.receive(1)).toBe(false)
  })
})

describe('what the peer sends', () => {
  it('is counted up to the limit, and what goes beyond is not', () => {
    const window = fixed(100)
    expect(window.receive(60)).toBe(true)
    expect(window.receive(41)).toBe(false)
    expect(window.received).toBe(60)
    expect(window.receive(40)).toBe(true)
  })

  it.each([Infinity, 2 ** 60])('of %d bytes breaks the limit without more ado', (bytes) => {
    expect(fixed(100).receive(bytes)).toBe(false)
  })

  it('may go on as the application reads', () => {
    const window = fixed(100)
    window.receive(100)
    window.release(100, 0, 50)
    expect(window.receive(100)).toBe(true)
    expect([window.received, window.released]).toEqual([200, 100])
  })
})

describe('the size of the window', () => {
  /** Reads `windows` windows in four pieces each, a window every `duration` milliseconds. */
  function read(window: ReceiveWindow, windows: number, duration: number, smoothedRtt: number): number {
    let now = 0
    for (let count = 0; count < windows * 4; count++) {
      const bytes = Math.ceil(window.window / 4)
      window.receive(bytes)
      window.release(bytes, now, smoothedRtt)
      now += duration / 4
    }
    return window.window
  }
  const tuned = (): ReceiveWindow => new ReceiveWindow({ window: 1000, maxWindow: 10_000 })

  it('doubles when it is read within two round trips, up to the largest', () => {
    expect(read(tuned(), 2, 100, 50)).toBe(2000)
    expect(read(tuned(), 3, 100, 50)).toBe(4000)
    expect(read(tuned(), 20, 100, 50)).toBe(10_000)
  })

  it('stays as it is when the application takes its time', () => {
    expect(read(tuned(), 20, 101, 50)).toBe(1000)
  })

  it('stays as it is while the round trip is not known', () => {
    expect(read(tuned(), 20, 100, 0)).toBe(1000)
  })

  it('gives the peer the larger window at once', () => {
    const window = tuned()
    for (let count = 0; count < 5; count++) {
      window.receive(250)
      window.release(250, count, 50)
    }
    expect(window.window).toBe(2000)
    expect(window.limit.value).toBe(1250 + 2000)
  })
})

describe('misuse', () => {
  it('is to release more than was received', () => {
    const window = fixed(100)
    window.receive(10)
    expect(() => window.release(11, 0, 50)).toThrow(FlowUsageError)
    expect(window.released).toBe(0)
  })

  it.each([-1, NaN])('is to receive %d bytes', (bytes) => {
    expect(() => fixed(100).receive(bytes)).toThrow(FlowUsageError)
  })

  it.each([-1, 0.5, NaN, Infinity])('is to release %d bytes', (bytes) => {
    expect(() => fixed(100).release(bytes, 0, 50)).toThrow(FlowUsageError)
  })

  it.each([
    { window: 0, maxWindow: 10 },
    { window: 10, maxWindow: 9 },
    { window: 1.5, maxWindow: 10 },
    { window: 10, maxWindow: Infinity },
    { window: 10, maxWindow: 10, assumed: -1 },
  ])('is a window of %o', (options) => {
    expect(() => new ReceiveWindow(options)).toThrow(FlowUsageError)
  })
})

it('never takes back a limit, never holds the peer below one, and bounds what must be held', () => {
  const steps = fc.array(
    fc.record({ kind: fc.constantFrom('receive', 'release'), bytes: fc.nat(400), wait: fc.nat(100) }),
    { maxLength: 200 },
  )
  const sizes = fc.record({ window: fc.integer({ min: 1, max: 500 }), growth: fc.nat(2000), assumed: fc.nat(1000) })
  fc.assert(
    fc.property(sizes, steps, ({ window: size, growth, assumed }, operations) => {
      const window = new ReceiveWindow({ window: size, maxWindow: size + growth, assumed })
      let now = 0
      let received = 0
      let released = 0
      let limit = window.limit.value
      expect(limit).toBeGreaterThanOrEqual(assumed)
      for (const { kind, bytes, wait } of operations) {
        now += wait
        if (kind === 'receive') {
          const fits = received + bytes <= limit
          expect(window.receive(bytes)).toBe(fits)
          if (fits) received += bytes
        } else {
          const some = Math.min(bytes, received - released)
          window.release(some, now, 50)
          released += some
        }
        expect([window.received, window.released]).toEqual([received, released])
        expect(window.limit.value).toBeGreaterThanOrEqual(limit)
        limit = window.limit.value
        expect(limit - released).toBeLessThanOrEqual(Math.max(size + growth, assumed))
        // Once everything is read the peer can send again.
        const open = window.window < size + growth ? 0.5 : 0.75
        if (received === released) expect(limit - received).toBeGreaterThanOrEqual(window.window * open)
      }
    }),
  )
})
