import type { Readable } from 'node:stream'
import type { StreamId } from '@stream/frames'
import { asBuffer } from './buffers.js'
import type { ConnectionDriver } from './driver.js'

/** Bytes handed to Node at once: what a packet brought goes on in one piece. */
const LARGEST_READ = 65_536

interface Reader extends Readable {
  readonly id: StreamId
}

/** Hands what has arrived in the core to Node, as much as it wants, and then the end. */
export class IncomingData {
  /** The program has yet to hear of the stream: until then it cannot read, which says nothing of its wishes. */
  isUnheard = false
  readonly #stream: Reader
  readonly #driver: ConnectionDriver
  #isWanted = false
  #isPulling = false
  #noMoreData = false

  constructor(stream: Reader, driver: ConnectionDriver) {
    this.#stream = stream
    this.#driver = driver
  }

  /** Node wants more. */
  want(): void {
    this.#isWanted = true
    this.pull()
  }

  /** No more bytes will arrive. `end` follows the last one read. */
  end(): void {
    this.#noMoreData = true
    this.pull()
  }

  pull(): void {
    if (this.#isPulling) return
    this.#isPulling = true
    try {
      while (this.#isWanted && this.#unreadBytes() > 0) {
        const bytes = this.#driver.run((connection) => connection.read(this.#stream.id, LARGEST_READ))
        if (bytes === undefined) break
        this.#isWanted = this.#stream.push(asBuffer(bytes))
      }
      if (!this.#noMoreData || this.#unreadBytes() > 0) return
      this.#noMoreData = false
      this.#stream.push(null)
      if (this.#stream.readableLength === 0) this.#stream.read(0)
    } finally {
      this.#isPulling = false
    }
  }

  #unreadBytes(): number {
    return this.#driver.connection.readableBytes(this.#stream.id) ?? 0
  }
}
