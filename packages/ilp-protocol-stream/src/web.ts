/**
 * WHATWG streams over a stream of a connection.
 *
 * @packageDocumentation
 */
import { Readable, Writable } from 'node:stream'
import type { ReadableStream, WritableStream } from 'node:stream/web'
import type { DataAndMoneyStream } from './data-and-money-stream.js'

/** Both directions of the data of one stream. */
export interface WebStreamPair {
  /** What the peer writes. Cancelling it destroys the stream. */
  readonly readable: ReadableStream<Uint8Array>
  /** What the peer reads. `close` ends the stream, `abort` destroys it. */
  readonly writable: WritableStream<Uint8Array>
}

/**
 * The data of `stream` as a pair of WHATWG streams, with its backpressure. Money stays on `stream`. Use one or the other
 * for the data, not both.
 */
export function webStreams(stream: DataAndMoneyStream): WebStreamPair {
  return {
    readable: Readable.toWeb(stream) as ReadableStream<Uint8Array>,
    writable: Writable.toWeb(stream) as WritableStream<Uint8Array>,
  }
}
