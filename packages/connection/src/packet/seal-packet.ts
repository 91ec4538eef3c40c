import type { PacketProtection } from '@stream/crypto'
import { encodePacketInto, MAX_PLAINTEXT_BYTES, type StreamPacket } from '@stream/frames'

/** One for all packets of all connections: sealing copies what it reads, and nothing runs in between. */
const plaintext = new Uint8Array(MAX_PLAINTEXT_BYTES)

/** Encodes and seals a packet. `isPadded`: to the size of the largest (RFC 0029, 5.1.1), so that sizes tell nothing. */
export function sealPacket(protection: PacketProtection, packet: StreamPacket, isPadded: boolean): Uint8Array {
  const end = encodePacketInto(packet, plaintext, 0, isPadded ? { padTo: MAX_PLAINTEXT_BYTES } : {})
  return protection.seal(plaintext.subarray(0, end))
}
