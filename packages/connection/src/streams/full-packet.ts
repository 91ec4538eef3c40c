import { MAX_PLAINTEXT_BYTES } from '@stream/frames'
import { HEADER_BYTES } from '../packet/packet-builder.js'

/** Type, length, stream id, offset and data length of a StreamData frame at their largest. */
export const FRAME_OVERHEAD = 1 + 3 + 9 + 9 + 3
/** Bytes of data that fill a packet with nothing else in it. */
export const FULL = MAX_PLAINTEXT_BYTES - HEADER_BYTES - FRAME_OVERHEAD
