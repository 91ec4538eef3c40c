import { Reader } from '../oer/reader.js'
import { Writer } from '../oer/writer.js'

/** Two u64. */
const AMOUNTS_BYTES = 16

/** What a connector says with F08 (RFC 0027), in the units of the connector that refused. */
export interface AmountTooLarge {
  /** What arrived there. */
  readonly receivedAmount: bigint
  /** The most it lets through. */
  readonly maximumAmount: bigint
}

/** The data of an F08 reject. Throws `EncodeError` when an amount is no u64. */
export function encodeAmountTooLarge({ receivedAmount, maximumAmount }: AmountTooLarge): Uint8Array {
  const writer = new Writer(new Uint8Array(AMOUNTS_BYTES))
  writer.writeUint64(receivedAmount, 'receivedAmount')
  writer.writeUint64(maximumAmount, 'maximumAmount')
  return writer.bytes
}

/** The amounts in the data of an F08 reject, or `undefined` when there are none. Nothing vouches for them. */
export function decodeAmountTooLarge(data: Uint8Array): AmountTooLarge | undefined {
  if (data.length < AMOUNTS_BYTES) return undefined
  const reader = new Reader(data)
  return { receivedAmount: reader.readUint64('receivedAmount'), maximumAmount: reader.readUint64('maximumAmount') }
}
