import Long from 'long'
import { nodeCrypto } from '@stream/crypto/node'
import * as receipts from '@stream/crypto/receipt'
import { asBuffer } from './buffers.js'
import { parseAmount, type AmountLike } from './amount.js'

/** The only version there is (RFC 0039). */
export const RECEIPT_VERSION = receipts.RECEIPT_VERSION

export interface ReceiptOpts {
  /** 16 bytes that name the connection. */
  nonce: Uint8Array
  /** 1 to 255: a receipt has one byte for it. */
  streamId: AmountLike
  /** Destination units, since the stream was opened. */
  totalReceived: AmountLike
  /** 32 bytes. */
  secret: Uint8Array
}

export interface Receipt {
  version: number
  nonce: Buffer
  streamId: string
  totalReceived: Long
}

export interface ReceiptWithHMAC extends Receipt {
  hmac: Buffer
}

/** A receipt, 58 bytes (RFC 0039). Throws `receipt nonce must be 16 bytes`, `receipt secret must be 32 bytes`. */
export function createReceipt({ nonce, streamId, totalReceived, secret }: ReceiptOpts): Buffer {
  return asBuffer(
    receipts.createReceipt(nodeCrypto, {
      nonce,
      secret,
      streamId: Number(parseAmount(streamId, 'streamId')),
      totalReceived: parseAmount(totalReceived, 'totalReceived'),
    }),
  )
}

/** The fields of a receipt, **not verified**. Throws `receipt malformed` when it is not 58 bytes. */
export function decodeReceipt(receipt: Uint8Array): Receipt {
  return toPublic(receipts.decodeReceipt(receipt))
}

/**
 * The fields of a receipt whose HMAC is right. Throws `receipt malformed`, `invalid version` or `invalid hmac`.
 * @param secret The 32 bytes, or a function that finds them by the fields, which are not verified yet then.
 */
export function verifyReceipt(
  receipt: Uint8Array,
  secret: Uint8Array | ((decoded: ReceiptWithHMAC) => Uint8Array),
): Receipt {
  const find = typeof secret === 'function' ? (decoded: receipts.Receipt) => secret(toPublic(decoded)) : secret
  return toPublic(receipts.verifyReceipt(nodeCrypto, receipt, find))
}

function toPublic({ version, nonce, streamId, totalReceived, hmac }: receipts.Receipt): ReceiptWithHMAC {
  return {
    version,
    nonce: asBuffer(nonce),
    streamId: String(streamId),
    totalReceived: Long.fromString(totalReceived.toString(), true),
    hmac: asBuffer(hmac),
  }
}
