import { DecodeError, decodePacket, type StreamPacket } from '@stream/frames'

/** The STREAM packet in what an envelope held; `undefined` when it is none. The one place that catches `DecodeError`. */
export function readPacket(plaintext: Uint8Array): StreamPacket | undefined {
  try {
    return decodePacket(plaintext)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
