import { afterEach, expect, test, vi } from 'vitest'
import { MAX_DELAY, systemClock } from './clock.js'

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

test('it follows timers that run ahead of the clocks, as they do when only setTimeout is faked', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const clock = systemClock()
  const at = clock.now() + 60_000
  let seen = 0
  clock.setTimer(at, { onTimer: () => (seen = clock.now()) })
  vi.advanceTimersByTime(60_000)
  expect(seen).toBeGreaterThanOrEqual(at)
  expect(clock.now()).toBeGreaterThanOrEqual(at)
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
  clock.clearTimer(clock.setTimer(clock.now() + 10, { onTimer: fire }))
  vi.advanceTimersByTime(100)
  expect(fire).not.toHaveBeenCalled()
})

test('an instant beyond what setTimeout can wait for does not fire at once', () => {
  vi.useFakeTimers()
  const clock = systemClock()
  const fire = vi.fn()
  const timer = clock.setTimer(clock.now() + MAX_DELAY * 2, { onTimer: fire })
  vi.advanceTimersByTime(1000)
  expect(fire).not.toHaveBeenCalled()
  clock.clearTimer(timer)
})

test('a background timer does not keep the process alive, another one does', () => {
  const clock = systemClock()
  const setTimer = vi.spyOn(globalThis, 'setTimeout')
  const timed = { onTimer: () => {} }
  const timers = [true, false].map((background) => clock.setTimer(clock.now() + 60_000, timed, background))
  const [background, foreground] = setTimer.mock.results.map(({ value }) => value as NodeJS.Timeout)
  expect(background?.hasRef()).toBe(false)
  expect(foreground?.hasRef()).toBe(true)
  for (const timer of timers) clock.clearTimer(timer)
})
