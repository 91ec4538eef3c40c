import { FlowUsageError, assertBytes } from '../errors.js'

/**
 * What the peer lets us send: the sending side of flow control, on one stream or on the connection
 * (RFC 0029 4.4.4 and 4.5). Counts bytes from the beginning; a resent byte is not counted again.
 */
export class SendCredit {
  #limit: number
  #used = 0

  /**
   * @param initialLimit Bytes the peer is assumed to accept before it has said anything.
   * @throws FlowUsageError when `initialLimit` is not a whole number of bytes.
   */
  constructor(initialLimit: number) {
    assertBytes('The initial limit', initialLimit)
    this.#limit = initialLimit
  }

  /** Bytes the peer accepts in all. */
  get limit(): number {
    return this.#limit
  }

  /** Bytes sent so far, each counted once. */
  get used(): number {
    return this.#used
  }

  /** Bytes that may still be sent. */
  available(): number {
    return this.#limit - this.#used
  }

  /**
   * Takes credit for bytes that are sent for the first time.
   *
   * @throws FlowUsageError when they are more than `available()`; nothing is taken then.
   */
  consume(bytes: number): void {
    assertBytes('The credit to consume', bytes)
    if (bytes > this.available()) {
      throw new FlowUsageError(
        `Cannot send ${bytes} bytes: the peer accepts ${this.available()} more; ask available() first`,
      )
    }
    this.#used += bytes
  }

  /**
   * The peer advertised `limit`. One that does not grow is old news, for packets overtake each other (RFC 0029 4.4.4);
   * one beyond 2^53 - 1 counts as that. Never throws, since the value comes from the peer.
   *
   * @returns true when there was nothing left to send with and now there is.
   */
  raise(limit: number): boolean {
    if (!(limit > this.#limit)) return false
    const wasBlocked = this.available() === 0
    this.#limit = Math.min(Math.floor(limit), Number.MAX_SAFE_INTEGER)
    return wasBlocked && this.available() > 0
  }
}
