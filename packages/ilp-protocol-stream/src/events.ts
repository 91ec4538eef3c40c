import type { EventEmitter } from 'node:events'
import type { Logger } from './logger.js'

type Listener = (...args: any[]) => void // oxlint-disable-line typescript/no-explicit-any -- as in `EventEmitter`

/**
 * Listeners of `Events` (name → arguments) have types. As with the emitters of 2.x, whatever else a program listens for,
 * and however it types its listeners, compiles too.
 */
export interface Listens<Events extends Record<keyof Events, unknown[]>> extends EventEmitter {
  on<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): this
  on(event: string | symbol, listener: Listener): this
  once<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): this
  once(event: string | symbol, listener: Listener): this
  addListener<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): this
  addListener(event: string | symbol, listener: Listener): this
}

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
