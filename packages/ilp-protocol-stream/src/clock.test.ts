import { afterEach, describe, expect, test, vi } from 'vitest'
import { MAX_DELAY, SystemClock, systemClock } from './clock.js'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('a wall time survives the way to an instant and back exactly', () => {
  const clock = systemClock()
  for (const time of [0, 1_700_000_000_123, Date.now() + 1234]) {
    for (let i = 0; i < 50; i++) expect(clock.toEpoch(clock.fromEpoch(time))).toBe(time)
  }
})

test('it follows a step of the wall clock', () => {
  const clock = systemClock()
  const before = clock.toEpoch(clock.now())
  const realNow = Date.now
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + 3_600_000)
  expect(clock.toEpoch(clock.now()) - before).toBeGreaterThan(3_500_000)
})

test('it follows a step of the wall clock that it began with, a millisecond later', () => {
  const [wallTime, monotonic] = [Date.now, performance.now.bind(performance)]
  let [step, passed] = [0, 0]
  vi.spyOn(Date, 'now').mockImplementation(() => wallTime() + step)
  vi.spyOn(performance, 'now').mockImplementation(() => monotonic() + passed)
  const clock = new SystemClock()
  const before = clock.toEpoch(clock.now())
  step = 3_600_000
  passed = 1
  expect(clock.toEpoch(clock.now()) - before).toBeGreaterThan(3_500_000)
})

test('it uses the timers that are installed when it is called', () => {
  const clock = systemClock()
  vi.useFakeTimers()
  const fire = vi.fn()
  clock.setTimer(clock.now() + 1000, { onTimer: fire })
  vi.advanceTimersByTime(999)
  expect(fire).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(fire).toHaveBeenCalledOnce()
})

test.each([60_000, 40])('it follows timers that run %d ms ahead, as they do when only setTimeout is faked', (delay) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const clock = systemClock()
  const at = clock.now() + delay
  let seen = 0
  clock.setTimer(at, { onTimer: () => (seen = clock.now()) })
  vi.advanceTimersByTime(delay)
  expect(seen).toBeGreaterThanOrEqual(at)
  expect(clock.now()).toBeGreaterThanOrEqual(at)
})

test('it counts whole milliseconds behind a `performance` that does', () => {
  const clock = systemClock()
  vi.spyOn(performance, 'now').mockImplementation(() => 7)
  expect(clock.now() % 1).toBe(0)
})

test('it goes on where it was when another `performance` is installed, and when the old one is back', () => {
  const clock = systemClock()
  const before = clock.now()
  const realNow = performance.now.bind(performance)
  // What Jest and sinon install counts from 0.
  const faked = vi.spyOn(performance, 'now').mockImplementation(() => 0)
  expect(clock.now()).toBeGreaterThanOrEqual(before)
  expect(clock.now()).toBeLessThan(before + 1000)
  faked.mockImplementation(() => 250)
  expect(clock.now()).toBeGreaterThanOrEqual(before + 250)
  expect(clock.now()).toBeLessThan(before + 1250)
  faked.mockRestore()
  expect(realNow()).toBeGreaterThan(250)
  expect(clock.now()).toBeGreaterThanOrEqual(before + 250)
  expect(clock.now()).toBeLessThan(before + 10_000)
})

test('it does not go back when its source does', () => {
  let reading = 5000
  vi.spyOn(performance, 'now').mockImplementation(() => reading)
  const clock = systemClock()
  const before = clock.now()
  reading = 4000
  expect(clock.now()).toBe(before)
  reading = 4010
  expect(clock.now()).toBe(before + 10)
})

test('a cancelled timer does not fire', () => {
  vi.useFakeTimers()
  const clock = systemClock()
  const fire = vi.fn()
  const timed = { onTimer: fire }
  clock.clearTimer(clock.setTimer(clock.now() + 10, timed), timed)
  vi.advanceTimersByTime(100)
  expect(fire).not.toHaveBeenCalled()
})

test('an instant beyond what setTimeout can wait for does not fire at once', () => {
  vi.useFakeTimers()
  const clock = systemClock()
  const fire = vi.fn()
  const timed = { onTimer: fire }
  const timer = clock.setTimer(clock.now() + MAX_DELAY * 2, timed)
  vi.advanceTimersByTime(1000)
  expect(fire).not.toHaveBeenCalled()
  clock.clearTimer(timer, timed)
})

test('a background timer does not keep the process alive, another one does', () => {
  const clock = systemClock()
  const setTimer = vi.spyOn(globalThis, 'setTimeout')
  const timed = { onTimer: () => {} }
  const timers = [true, false].map((background) => clock.setTimer(clock.now() + 60_000, timed, background))
  const [background, foreground] = setTimer.mock.results.map(({ value }) => value as NodeJS.Timeout)
  expect(background?.hasRef()).toBe(false)
  expect(foreground?.hasRef()).toBe(true)
  for (const timer of timers) clock.clearTimer(timer, timed)
})

describe('background timers that are far off', () => {
  const someone = () => ({ onTimer: vi.fn() })
  const timeds = (count: number) => Array.from({ length: count }, someone)
  const fired = (all: readonly { onTimer: ReturnType<typeof vi.fn> }[]) =>
    all.map(({ onTimer }) => onTimer.mock.calls.length)

  test('share one timer for each second, and fire once, at most a second too early', () => {
    vi.useFakeTimers()
    const clock = systemClock()
    const all = timeds(3)
    const start = Math.ceil(clock.now() / 1000) * 1000
    const timers = [200_001, 200_002, 201_500].map((after, i) => clock.setTimer(start + after, all[i]!, true))
    expect(timers[0]).toBe(timers[1])
    expect(timers[0]).not.toBe(timers[2])
    expect(vi.getTimerCount()).toBe(2)
    vi.advanceTimersByTime(start + 199_990 - clock.now())
    expect(fired(all)).toEqual([0, 0, 0])
    vi.advanceTimersByTime(20)
    expect(fired(all)).toEqual([1, 1, 0])
    vi.advanceTimersByTime(600_000)
    expect(fired(all)).toEqual([1, 1, 1])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('leave the event loop to others when there are thousands of them', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const clock = systemClock()
    const all = timeds(2_000)
    const at = clock.now() + 300_000
    for (const timed of all) clock.setTimer(at, timed, true)
    vi.advanceTimersByTime(300_000)
    const atOnce = fired(all).filter((count) => count === 1).length
    expect(atOnce).toBeGreaterThan(0)
    expect(atOnce).toBeLessThan(1_000)
    while (fired(all).includes(0)) await new Promise((resolve) => setImmediate(resolve))
    expect(fired(all)).toEqual(all.map(() => 1))
  })

  test('are cancelled one by one, and with the last of them the timer', () => {
    vi.useFakeTimers()
    const clock = systemClock()
    const [first, second] = [someone(), someone()]
    const at = clock.now() + 300_000
    const timers = [first, second].map((timed) => clock.setTimer(at, timed, true))
    clock.clearTimer(timers[0], first)
    expect(vi.getTimerCount()).toBe(1)
    clock.clearTimer(timers[1], second)
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(600_000)
    expect(first.onTimer).not.toHaveBeenCalled()
    expect(second.onTimer).not.toHaveBeenCalled()
  })

  test('may be set again, and cancel others, while they fire', () => {
    vi.useFakeTimers()
    const clock = systemClock()
    const at = clock.now() + 300_000
    const second = { onTimer: vi.fn() }
    let again: unknown
    const first = {
      onTimer: () => {
        clock.clearTimer(timer, second)
        again = clock.setTimer(at + 300_000, first, true)
      },
    }
    const timer = clock.setTimer(at, first, true)
    clock.setTimer(at, second, true)
    vi.advanceTimersByTime(301_001)
    expect(second.onTimer).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(1)
    clock.clearTimer(again, first)
  })

  test('do not join a timer of fakes that are gone', () => {
    const clock = systemClock()
    const [faked, real] = [someone(), someone()]
    const at = clock.now() + 300_000
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const first = clock.setTimer(at, faked, true)
    vi.useRealTimers()
    const second = clock.setTimer(at, real, true)
    expect(second).not.toBe(first)
    clock.clearTimer(second, real)
  })
})
