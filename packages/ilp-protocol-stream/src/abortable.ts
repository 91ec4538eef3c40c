/** What becomes of a wait that is given up. */
export interface Abandoned<T> {
  /** Called at once. */
  readonly onAbort?: () => void
  /** Called with what the promise resolves with afterwards, to be undone. */
  readonly leftOver?: (value: T) => void
}

/** Settles as `promise` does, or rejects with the signal's reason when that comes first. */
export function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  { onAbort, leftOver }: Abandoned<T> = {},
): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason)
      onAbort?.()
      if (leftOver) promise.then(leftOver, () => undefined)
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
