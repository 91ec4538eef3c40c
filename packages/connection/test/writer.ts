import type { StreamId } from '@stream/frames'
import type { Connection } from '../src/index.js'
import type { Pair, Side } from './pair.js'

/** Writes all bytes to a stream as there is room, as an application does, and closes it then where asked to. */
export function writeAll(pair: Pair, side: Side, streamId: StreamId, bytes: Uint8Array, close = true): void {
  let written = 0
  const go = (connection: Connection) => {
    if (written === bytes.length) return
    written += connection.write(streamId, bytes.subarray(written))
    if (written === bytes.length && close) connection.closeStream(streamId)
  }
  const previous = pair.onEvent
  pair.onEvent = (at, event, connection) => {
    previous(at, event, connection)
    if (at === side && event.type === 'writable' && event.streamId === streamId) go(connection)
  }
  pair.run(side, go)
}
