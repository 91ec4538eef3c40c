import { on, type EventEmitter } from 'node:events'

/** The first argument of each `event` from now on, until `end`. Throws what the emitter tells as `error`. */
export async function* eachOf<T>(emitter: EventEmitter, event: string, end: string): AsyncGenerator<T, void, void> {
  for await (const [value] of on(emitter, event, { close: [end] })) yield value as T
}
