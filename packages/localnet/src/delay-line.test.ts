import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DelayLine } from './delay-line.js'

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => vi.useRealTimers())

const recorder = () => {
  const line = new DelayLine()
  const ran: string[] = []
  const schedule = (inMs: number, name: string): void => line.schedule(line.now() + inMs, () => ran.push(name))
  return { line, ran, schedule }
}

test('what is due already runs at once', () => {
  const { ran, schedule } = recorder()
  schedule(0, 'now')
  schedule(-5, 'before')
  expect(ran).toEqual(['now', 'before'])
})

test('what is due already still waits for its turn behind what is due earlier', () => {
  const { line, ran, schedule } = recorder()
  schedule(10, 'later')
  line.schedule(line.now(), () => ran.push('now'))
  expect(ran).toEqual([])
  vi.advanceTimersByTime(1)
  expect(ran).toEqual(['now'])
})

test('things run when they are due, in order, with one timer for all of them', () => {
  const { line, ran, schedule } = recorder()
  for (const [ms, name] of [
    [30, 'c'],
    [10, 'a'],
    [20, 'b'],
    [30, 'd'],
  ] as const)
    schedule(ms, name)
  expect([line.size, vi.getTimerCount()]).toEqual([4, 1])
  vi.advanceTimersByTime(10)
  expect(ran).toEqual(['a'])
  vi.advanceTimersByTime(19)
  expect([ran, vi.getTimerCount()]).toEqual([['a', 'b'], 1])
  vi.advanceTimersByTime(1)
  expect([ran, vi.getTimerCount()]).toEqual([['a', 'b', 'c', 'd'], 0])
})

test('what an action schedules for now runs soon, not within it', () => {
  const { line, ran, schedule } = recorder()
  line.schedule(line.now() + 5, () => {
    schedule(0, 'second')
    ran.push('first')
  })
  schedule(20, 'third')
  vi.advanceTimersByTime(6)
  expect(ran).toEqual(['first', 'second'])
})

test('flushing runs everything in order and leaves no timer', () => {
  const { line, ran, schedule } = recorder()
  schedule(20, 'b')
  schedule(10, 'a')
  line.flush()
  expect([ran, line.size, vi.getTimerCount()]).toEqual([['a', 'b'], 0, 0])
})
