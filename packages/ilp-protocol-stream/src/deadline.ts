import type { Duration } from '@stream/flow'
import { MAX_DELAY } from './clock.js'

/** Settles as `promise` does, or rejects with `late()` when that takes longer than `timeout`; `Infinity` waits for ever. */
export function withDeadline<T>(promise: Promise<T>, timeout: Duration, late: () => Error): Promise<T> {
  if (timeout > MAX_DELAY) return promise
  return new Promise((resolve, reject) => {
    const timer = globalThis.setTimeout(() => reject(late()), timeout)
    promise.then(resolve, reject).finally(() => globalThis.clearTimeout(timer))
  })
}
