import type { EventEmitter } from 'node:events'
import type { Logger } from './logger.js'

/** Tells the listeners; what they throw is logged and goes no further. */
export function emitSafely(emitter: EventEmitter, log: Logger, event: string, ...args: unknown[]): void {
  try {
    emitter.emit(event, ...args)
  } catch (error) {
    log.error('error in a %s handler: %s', event, error)
  }
}

/** Calls `then` once, right after somebody has begun to listen for `event`. */
export function onFirstListener(emitter: EventEmitter, event: string, then: () => void): void {
  const onNewListener = (name: string | symbol): void => {
    if (name !== event) return
    emitter.off('newListener', onNewListener)
    // `newListener` comes before the listener is there.
    queueMicrotask(then)
  }
  emitter.on('newListener', onNewListener)
}
