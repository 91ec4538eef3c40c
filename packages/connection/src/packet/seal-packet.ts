import { ENVELOPE_OVERHEAD, type PacketProtection } from '@stream/crypto'
import { encodePacketInto, MAX_PLAINTEXT_BYTES, type StreamPacket } from '@stream/frames'
import { ilpPrepareHeaderSize } from '@stream/frames/ilp'
import { packetMemory } from './packet-memory.js'

/** One for all packets of all connections: sealing copies what it reads, and nothing runs in between. */
const plaintext = new Uint8Array(MAX_PLAINTEXT_BYTES)

/** Views of its beginning by their length, for short ones: most packets are, and a view costs more than its lookup. */
const beginnings: (Uint8Array | undefined)[] = []
const LONGEST_BEGINNING = 128

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
  return protection.seal(plaintextUpTo(end), packetMemory(size, headerSize))
}

function plaintextUpTo(end: number): Uint8Array {
  if (end > LONGEST_BEGINNING) return plaintext.subarray(0, end)
  return (beginnings[end] ??= plaintext.subarray(0, end))
}
