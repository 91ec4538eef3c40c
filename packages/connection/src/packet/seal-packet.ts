import { ENVELOPE_OVERHEAD, type PacketProtection } from '@stream/crypto'
import { encodePacketInto, MAX_PLAINTEXT_BYTES, type StreamPacket } from '@stream/frames'
import { ilpPrepareHeaderSize } from '@stream/frames/ilp'
import { packetMemory } from './packet-memory.js'

/** One for all packets of all connections: sealing copies what it reads, and nothing runs in between. */
const plaintext = new Uint8Array(MAX_PLAINTEXT_BYTES)

const PADDED = { padTo: MAX_PLAINTEXT_BYTES }

/**
 * Encodes and seals a packet.
 *
 * @param isPadded to the size of the largest (RFC 0029, 5.1.1), so that sizes tell nothing
 * @param destination of a Prepare: the bytes in front of the result, in its buffer, are then free for the header
 */
export function sealPacket(
  protection: PacketProtection,
  packet: StreamPacket,
  isPadded: boolean,
  destination?: string,
): Uint8Array {
  const end = encodePacketInto(packet, plaintext, 0, isPadded ? PADDED : undefined)
  const size = ENVELOPE_OVERHEAD + end
  const headerSize = destination === undefined ? 0 : ilpPrepareHeaderSize(destination, size)
  return protection.seal(plaintext.subarray(0, end), packetMemory(headerSize + size).subarray(headerSize))
}
