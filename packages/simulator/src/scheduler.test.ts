import { expect, test } from 'vitest'
import { Alarm, Scheduler, SimulationStuckError } from './scheduler.js'

test('the clock jumps from action to action', () => {
  const scheduler = new Scheduler(100)
  const seen: [string, number][] = []
  scheduler.after(50, () => seen.push(['b', scheduler.now]))
  scheduler.at(120, () => {
    seen.push(['a', scheduler.now])
    scheduler.after(5, () => seen.push(['nested', scheduler.now]))
  })
  expect(scheduler.run()).toBe(3)
  expect(seen).toEqual([
    ['a', 120],
    ['nested', 125],
    ['b', 150],
  ])
})

test('what was to happen in the past happens next, and the clock never goes back', () => {
  const scheduler = new Scheduler(100)
  let at = 0
  scheduler.at(50, () => (at = scheduler.now))
  scheduler.run()
  expect(at).toBe(100)
})

test('a cancelled action does not run and does not move the clock', () => {
  const scheduler = new Scheduler()
  let ran = false
  scheduler.after(10, () => (ran = true))()
  expect(scheduler.run()).toBe(0)
  expect([ran, scheduler.now]).toEqual([false, 0])
})

test('a run up to an instant leaves the rest for later and shows that instant', () => {
  const scheduler = new Scheduler()
  const seen: number[] = []
  for (const at of [10, 20, 30]) scheduler.at(at, () => seen.push(at))
  scheduler.run({ until: 25 })
  expect([seen, scheduler.now]).toEqual([[10, 20], 25])
  scheduler.run()
  expect(seen).toEqual([10, 20, 30])
})

test('runUntil stops as soon as the condition holds, and says when it never did', () => {
  const scheduler = new Scheduler()
  let count = 0
  for (let i = 1; i <= 5; i++) scheduler.at(i, () => count++)
  expect(scheduler.runUntil(() => count === 3)).toBe(true)
  expect(scheduler.now).toBe(3)
  expect(scheduler.runUntil(() => count === 9, { until: 4 })).toBe(false)
  expect(scheduler.runUntil(() => count === 9)).toBe(false)
  expect(scheduler.step()).toBe(false)
})

test('an action that schedules itself for ever is found', () => {
  const scheduler = new Scheduler()
  const again = (): void => void scheduler.after(0, again)
  again()
  expect(() => scheduler.run({ maxSteps: 1000 })).toThrow(SimulationStuckError)
  expect(() => scheduler.runUntil(() => false, { maxSteps: 1000 })).toThrow('still busy after 1000 actions')
})

test('instants that are none are refused', () => {
  expect(() => new Scheduler(Number.NaN)).toThrow('start is NaN')
  expect(() => new Scheduler().at(Number.NaN, () => {})).toThrow('at is NaN')
})

test('an alarm fires at the deadline it was last moved to, once', () => {
  for (const moves of [[30], [10, 30], [50, 30], [undefined, 30], [10, undefined, 50, 30]]) {
    const scheduler = new Scheduler()
    const fired: number[] = []
    const alarm = new Alarm(scheduler, () => fired.push(scheduler.now))
    for (const deadline of moves) alarm.set(deadline)
    scheduler.run()
    expect(fired).toEqual([30])
  }
})

test('an alarm without a deadline is silent', () => {
  const scheduler = new Scheduler()
  const alarm = new Alarm(scheduler, () => expect.unreachable())
  alarm.set(10)
  alarm.set(undefined)
  alarm.set(Infinity)
  scheduler.run()
  expect(scheduler.now).toBe(0)
})
