/**
 * Settles as `promise` does, or rejects with the signal's reason when that comes first.
 *
 * @param leftOver Called with what the promise resolves with afterwards, to be undone.
 */
export function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  leftOver?: (value: T) => void,
): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason)
      if (leftOver) promise.then(leftOver, () => undefined)
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
