import type { StreamId } from '@stream/frames'
import type { ConnectionDriver, Watcher } from './driver.js'
import { nextTurn } from './turn.js'

export type WriteCallback = (error?: Error | null) => void

/** Bytes that Node buffers on each side; also what peers assume of a new stream. */
export const HIGH_WATER_MARK = 16_384
/** A write counts as done when less than about one packet waits to be sent: enough to fill the next packet. */
const SEND_AHEAD = 32_768

interface Writer extends Watcher {
  readonly id: StreamId
}

/** Hands what Node writes to the core, one write at a time, at the core's pace. */
export class OutgoingData {
  readonly #stream: Writer
  readonly #driver: ConnectionDriver
  #chunks: Uint8Array[] = []
  #callback: WriteCallback | undefined
  #accepted = 0
  #abandoned: { readonly error: Error | undefined } | undefined
  #isMoreComing = false
  #willFlush = false

  constructor(stream: Writer, driver: ConnectionDriver) {
    this.#stream = stream
    this.#driver = driver
  }

  /** Written and not sent; `undefined`: the core has forgotten the stream. */
  #unsentBytes(): number | undefined {
    return this.#driver.connection.unsentBytes(this.#stream.id)
  }

  /** Bytes of the pending write that the core has taken. */
  get accepted(): number {
    return this.#accepted
  }

  write(chunks: Uint8Array[], callback: WriteCallback): void {
    this.#chunks = chunks
    this.#callback = callback
    // Node hands over what waited behind the write that was abandoned.
    if (this.#abandoned !== undefined) return this.abandon(this.#abandoned.error)
    // Whoever was told to wait for `drain` writes again when it comes: what does not fill a packet waits so long.
    this.#isMoreComing = chunks.reduce((sum, { length }) => sum + length, 0) >= HIGH_WATER_MARK
    this.pump()
  }

  /** What was held back to fill a packet leaves. */
  flush(): void {
    this.#isMoreComing = false
    if (this.#unsentBytes() !== undefined) this.#driver.run((connection) => connection.flush(this.#stream.id))
  }

  /** Unless the next write comes in this turn. */
  #flushAfterTurn(): void {
    if (this.#willFlush) return
    this.#willFlush = true
    nextTurn(() => {
      this.#willFlush = false
      if (this.#callback === undefined) this.flush()
    })
  }

  /** After a short write the rest waits for the core to be `writable`. */
  pump(): void {
    while (this.#chunks[0] !== undefined && this.#unsentBytes() !== undefined) {
      const [bytes] = this.#chunks
      const accepted = this.#driver.run((connection) => connection.write(this.#stream.id, bytes, this.#isMoreComing))
      this.#accepted += accepted
      if (accepted < bytes.length) {
        this.#chunks[0] = bytes.subarray(accepted)
        return
      }
      this.#chunks.shift()
    }
    this.settle()
  }

  /** Everything is handed over: the write is done once most of it is on its way. */
  settle(): void {
    if (this.#callback === undefined || this.#chunks.length > 0) return
    if ((this.#unsentBytes() ?? 0) >= SEND_AHEAD) return this.#driver.watch(this.#stream)
    // In the next tick: `writableLength` counts what was written in this one.
    const callback = this.#callback
    this.#callback = undefined
    process.nextTick(() => this.#end(callback))
  }

  /** The stream is closed: the rest of the write goes nowhere. */
  abandon(error?: Error): void {
    this.#abandoned ??= { error }
    this.#chunks = []
    const callback = this.#callback
    this.#callback = undefined
    if (callback !== undefined) this.#end(callback, error)
  }

  #end(callback: WriteCallback, error?: Error): void {
    this.#accepted = 0
    callback(error)
    if (this.#isMoreComing) this.#flushAfterTurn()
  }
}
