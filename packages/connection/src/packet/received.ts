import type { StreamPacket } from '@stream/frames'
import type { IlpPrepare } from '@stream/frames/ilp'
import type { Dispatched } from '../frame-dispatch.js'
import type { PrepareId } from '../io.js'

/** An authenticated Prepare whose control frames and data have taken effect, but not its money. */
export interface Received {
  readonly id: PrepareId
  readonly prepare: IlpPrepare
  readonly packet: StreamPacket
  readonly dispatched: Dispatched
  /** Its preimage, once the condition has been compared with it. */
  fulfillment: Uint8Array | undefined
}

const NOTHING: Dispatched = { opened: [], readable: [], touched: [], peerClose: undefined }

/** Nothing of it takes effect. */
export function untouched(id: PrepareId, prepare: IlpPrepare, packet: StreamPacket): Received {
  return { id, prepare, packet, dispatched: NOTHING, fulfillment: undefined }
}
