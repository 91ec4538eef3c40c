/**
 * Node's constructors of emitters, run when the object is first used as one: when somebody listens to it and, for a
 * `Duplex`, reads, writes, ends or looks at how it stands. Many never are: a connection told by promises alone, a stream
 * that carries money only. They save 100 and 400 bytes.
 */
import { EventEmitter } from 'node:events'
import { Duplex, type DuplexOptions } from 'node:stream'
import type { Listens } from './events.js'

/** Methods that need a table of listeners; the others come through these, or do without. */
const LISTENING = ['on', 'addListener', 'prependListener', 'eventNames'] as const
/** What the constructor of a `Duplex` puts onto the object and anybody may look at. */
const STATE_OF_DUPLEX = ['_readableState', '_writableState', 'allowHalfOpen'] as const

/** Listeners of `Events` (name → arguments). */
export function lateEmitter<Events extends Record<keyof Events, unknown[]>>(): new () => Listens<Events> {
  const construct = (emitter: EventEmitter): void => {
    Reflect.apply(EventEmitter, emitter, [])
    // Node makes a hash table, 180 bytes before anything is in it. This looks the same and takes 56.
    if (Reflect.has(emitter, '_events')) Reflect.set(emitter, '_events', Object.setPrototypeOf({}, null))
  }
  return lateClass(EventEmitter, [], construct) as new () => Listens<Events>
}

export function lateDuplex(options: DuplexOptions): typeof Duplex {
  const construct = (stream: EventEmitter): void => {
    // Own properties first: those of the prototype, which lead here, cannot be assigned to.
    for (const name of STATE_OF_DUPLEX) Object.defineProperty(stream, name, OWN)
    Reflect.apply(Duplex, stream, [options])
  }
  return lateClass(Duplex, STATE_OF_DUPLEX, construct) as typeof Duplex
}

const OWN: PropertyDescriptor = { value: undefined, configurable: true, enumerable: true, writable: true }

/** Inherits from `Base` without running its constructor; `construct` does. */
function lateClass(
  Base: { readonly prototype: EventEmitter },
  state: readonly string[],
  construct: (emitter: EventEmitter) => void,
): unknown {
  const constructed = (emitter: EventEmitter): EventEmitter => {
    if (!Object.hasOwn(emitter, '_events')) construct(emitter)
    return emitter
  }
  return class {
    static {
      Object.setPrototypeOf(this, Base)
      Object.setPrototypeOf(this.prototype, Base.prototype)
      for (const name of state) {
        Object.defineProperty(this.prototype, name, {
          get(this: EventEmitter) {
            return Reflect.get(constructed(this), name)
          },
        })
      }
      for (const name of LISTENING) {
        Object.defineProperty(this.prototype, name, {
          value(this: EventEmitter, ...args: unknown[]) {
            return Reflect.apply(Base.prototype[name], constructed(this), args)
          },
        })
      }
    }
  }
}
