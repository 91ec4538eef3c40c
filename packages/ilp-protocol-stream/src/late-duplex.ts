import { Duplex, type DuplexOptions } from 'node:stream'

/** What the constructor puts onto the object and anybody may look at. */
const STATE = ['_readableState', '_writableState', 'allowHalfOpen'] as const
/** Methods that need a table of listeners; the others come through these, or do without. */
const LISTENING = ['on', 'addListener', 'prependListener', 'eventNames'] as const

/**
 * Node's `Duplex`, whose constructor runs when the object is first used as one: when somebody listens to it, reads,
 * writes, ends or looks at how it stands. A stream that carries money only never is, and saves 400 bytes.
 */
export function lateDuplex(options: DuplexOptions): typeof Duplex {
  const becomeDuplex = (stream: Duplex): Duplex => {
    if (Object.hasOwn(stream, '_readableState')) return stream
    // Own properties first: those of the prototype, which led here, cannot be assigned to.
    for (const name of STATE) Object.defineProperty(stream, name, OWN)
    Reflect.apply(Duplex, stream, [options])
    return stream
  }
  class LateDuplex {
    static {
      Object.setPrototypeOf(this, Duplex)
      Object.setPrototypeOf(this.prototype, Duplex.prototype)
      for (const name of STATE) {
        Object.defineProperty(this.prototype, name, {
          get(this: Duplex) {
            return Reflect.get(becomeDuplex(this), name)
          },
        })
      }
      for (const name of LISTENING) {
        Object.defineProperty(this.prototype, name, {
          value(this: Duplex, ...args: unknown[]) {
            return Reflect.apply(Duplex.prototype[name], becomeDuplex(this), args)
          },
        })
      }
    }
  }
  return LateDuplex as unknown as typeof Duplex
}

const OWN: PropertyDescriptor = { value: undefined, configurable: true, enumerable: true, writable: true }
