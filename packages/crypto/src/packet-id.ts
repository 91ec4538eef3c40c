import { labelBytes } from './ascii.js'
import type { CryptoProvider } from './crypto-provider.js'
import { invalidArgument } from './errors.js'
import { requireSharedSecret } from './packet-protection.js'

const PACKET_ID_LABEL = labelBytes('ilp_stream_packet_id')

/**
 * A 32-byte name for one incoming packet that is unique across all connections, for bookkeeping outside of the
 * connection: HMAC-SHA256 under the shared secret of `ilp_stream_packet_id` and the sequence as 8 bytes big-endian.
 *
 * @throws {CryptoError} `invalidArgument` when `sequence` is not an integer from 0 to 2^53 - 1 or the secret is empty.
 */
export function packetId(crypto: CryptoProvider, sharedSecret: Uint8Array, sequence: number): Uint8Array {
  requireSharedSecret(sharedSecret)
  if (!Number.isSafeInteger(sequence) || sequence < 0) {
    throw invalidArgument(`sequence must be an integer from 0 to 2^53 - 1, got ${String(sequence)}`)
  }
  const message = new Uint8Array(PACKET_ID_LABEL.length + 8)
  message.set(PACKET_ID_LABEL)
  new DataView(message.buffer).setBigUint64(PACKET_ID_LABEL.length, BigInt(sequence))
  return crypto.hmacSha256(sharedSecret)(message)
}
