import type { Connection } from './connection.js'
import type { DataAndMoneyStream } from './data-and-money-stream.js'

/** A stream of a connection that only sends: it is never paid, and all there is to read is why money is refused. */
export interface SendingStream extends DataAndMoneyStream {
  setReceiveMax: never
  receiveTotal: never
}

/** A stream of a connection that only receives: it never pays, and nothing is written to it. */
export interface ReceivingStream extends DataAndMoneyStream {
  setSendMax: never
  sendTotal: never
  write: never
}

/** A connection with `mode: 'send'`. */
export interface SendingConnection extends Connection {
  createStream(): SendingStream
}

/** A connection with `mode: 'receive'`. */
export interface ReceivingConnection extends Connection {
  createStream(): ReceivingStream
}
