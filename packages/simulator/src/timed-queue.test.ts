import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TimedQueue } from './timed-queue.js'

const drain = <T>(queue: TimedQueue<T>): T[] => {
  const values: T[] = []
  while (queue.size > 0) values.push(queue.pop() as T)
  return values
}

const instants = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 })

test('entries leave by instant, and in order of arrival where instants are equal', () => {
  fc.assert(
    fc.property(instants, (ats) => {
      const queue = new TimedQueue<{ at: number; index: number }>()
      ats.forEach((at, index) => queue.push(at, { at, index }))
      const expected = ats.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at || a.index - b.index)
      expect(drain(queue)).toEqual(expected)
    }),
  )
})

test('what is retained keeps its order', () => {
  fc.assert(
    fc.property(instants, (ats) => {
      const queue = new TimedQueue<{ at: number; index: number }>()
      ats.forEach((at, index) => queue.push(at, { at, index }))
      queue.retain(({ index }) => index % 3 !== 0)
      const expected = ats
        .map((at, index) => ({ at, index }))
        .filter(({ index }) => index % 3 !== 0)
        .sort((a, b) => a.at - b.at || a.index - b.index)
      expect(drain(queue)).toEqual(expected)
    }),
  )
})

test('only what is due is taken', () => {
  const queue = new TimedQueue<string>()
  queue.push(20, 'later')
  queue.push(10, 'soon')
  expect(queue.nextAt).toBe(10)
  expect(queue.popDue(9)).toBeUndefined()
  expect(queue.popDue(10)).toBe('soon')
  expect(queue.popDue(10)).toBeUndefined()
  expect(queue.peek()).toBe('later')
  expect(queue.size).toBe(1)
})

test('an empty queue gives nothing', () => {
  const queue = new TimedQueue<string>()
  expect([queue.pop(), queue.popDue(Infinity), queue.peek(), queue.nextAt]).toEqual(Array(4).fill(undefined))
})
