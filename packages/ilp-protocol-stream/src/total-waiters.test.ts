import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TotalWaiters } from './total-waiters.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function waiters(verb: 'sent' | 'received' = 'sent') {
  const state = { total: 0n }
  const totals = {
    get totalSent() {
      return state.total
    },
    get totalReceived() {
      return state.total
    },
  }
  return { state, waiting: new TotalWaiters(verb, totals) }
}

test('a promise resolves when the total reaches its target, not before', async () => {
  const { state, waiting } = waiters()
  const promise = waiting.wait(10n)
  state.total = 9n
  waiting.onProgress()
  expect(vi.getTimerCount()).toBe(1)
  state.total = 10n
  waiting.onProgress()
  await promise
  expect(vi.getTimerCount()).toBe(0)
})

test('closing rejects all of them, each with its own target', async () => {
  const { state, waiting } = waiters()
  const promises = [waiting.wait(10n), waiting.wait(20n)]
  state.total = 5n
  waiting.onClosed()
  await expect(promises[0]).rejects.toThrow(
    'Stream was closed before the desired amount was sent (target: 10, totalSent: 5)',
  )
  await expect(promises[1]).rejects.toThrow('(target: 20, totalSent: 5)')
})

test('an error rejects with its name and message', async () => {
  const { waiting } = waiters('received')
  const promise = waiting.wait(10n)
  waiting.onError(Object.assign(new Error('oops'), { name: 'ApplicationError' }))
  await expect(promise).rejects.toThrow(
    'Stream encountered an error before the desired amount was received (target: 10, totalReceived: 0): ApplicationError: oops',
  )
})

test('after a minute without the amount it rejects', async () => {
  const { waiting } = waiters()
  const promise = waiting.wait(10n)
  const failed = promise.catch((error: Error) => error.message)
  vi.advanceTimersByTime(60_000)
  expect(await failed).toBe('Timed out before the desired amount was sent (target: 10, totalSent: 0)')
})

test('a timeout of its own counts, and whoever cares is told before the rejection', async () => {
  const { waiting } = waiters()
  const onTimeout = vi.fn()
  const promise = waiting.wait(10n, { timeout: 500 }, onTimeout)
  const failed = promise.catch((error: Error) => error.message)
  vi.advanceTimersByTime(499)
  expect(onTimeout).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(onTimeout).toHaveBeenCalledOnce()
  expect(await failed).toContain('Timed out')
})

test('an infinite timeout sets no timer', () => {
  const { waiting } = waiters()
  void waiting.wait(10n, { timeout: Infinity })
  expect(vi.getTimerCount()).toBe(0)
})
