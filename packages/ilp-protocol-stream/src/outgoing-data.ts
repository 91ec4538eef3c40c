import type { StreamPort } from './stream-port.js'

type WriteCallback = (error?: Error | null) => void

/** A write counts as done when less than about one packet waits to be sent: enough to fill the next packet. */
const SEND_AHEAD = 32_768

/** Hands what Node writes to the core, one write at a time, at the core's pace. */
export class OutgoingData {
  readonly #port: StreamPort
  #chunks: Uint8Array[] = []
  #callback: WriteCallback | undefined
  #accepted = 0
  #abandoned: { readonly error: Error | undefined } | undefined

  constructor(port: StreamPort) {
    this.#port = port
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
    this.pump()
  }

  /** After a short write the rest waits for the core to be `writable`. */
  pump(): void {
    for (let chunk = this.#chunks[0]; chunk !== undefined && this.#port.stats(); chunk = this.#chunks[0]) {
      const bytes = chunk
      const accepted = this.#port.run((connection) => connection.write(this.#port.id, bytes))
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
    if ((this.#port.stats()?.unsentBytes ?? 0) >= SEND_AHEAD) return this.#port.watch()
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
  }
}
