import { isBytes } from './byte-length.js'
import { constantTimeEqual } from './constant-time.js'
import type { CryptoProvider } from './crypto-provider.js'
import { CryptoError, invalidArgument } from './errors.js'

/** The only version there is (RFC 0039). */
export const RECEIPT_VERSION = 1
/** Bytes of a receipt: version 1, nonce 16, stream id 1, total received 8, HMAC 32. */
export const RECEIPT_LENGTH = 58
/** A receipt has one byte for the stream id (RFC 0039), so later streams of a connection cannot have one. */
export const MAX_RECEIPT_STREAM_ID = 255

const NONCE_AT = 1
const NONCE_LENGTH = 16
const STREAM_ID_AT = 17
const TOTAL_RECEIVED_AT = 18
const HMAC_AT = 26
const SECRET_LENGTH = 32
const MAX_TOTAL_RECEIVED = 0xffff_ffff_ffff_ffffn

/** What a receiver states, and the verifier's secret proves: this much arrived on this stream of this connection. */
export interface Receipt {
  readonly version: number
  /** 16 bytes that name the connection. */
  readonly nonce: Uint8Array
  readonly streamId: number
  /** Destination units, since the stream was opened. */
  readonly totalReceived: bigint
  /** 32 bytes: HMAC-SHA256 under the receipt secret of the 26 bytes before it. */
  readonly hmac: Uint8Array
}

/** What the verifier gave the receiver for one connection. */
export interface ReceiptKey {
  /** 16 bytes. */
  readonly nonce: Uint8Array
  /** 32 bytes; the sender never learns it. */
  readonly secret: Uint8Array
}

/**
 * Prepares receipts for one connection: the result is called for every fulfilled packet.
 *
 * @throws {CryptoError} `invalidArgument` when the nonce is not 16 or the secret not 32 bytes; from the result, when the
 *   stream id is not 1 to 255 or the total not 0 to 2^64 - 1.
 */
export function receiptIssuer(
  crypto: CryptoProvider,
  { nonce, secret }: ReceiptKey,
): (streamId: number, totalReceived: bigint) => Uint8Array {
  if (!isBytes(nonce) || nonce.length !== NONCE_LENGTH) throw invalidArgument('receipt nonce must be 16 bytes')
  requireSecret(secret)
  const authenticate = crypto.hmacSha256(secret)
  const template = new Uint8Array(RECEIPT_LENGTH)
  template[0] = RECEIPT_VERSION
  template.set(nonce, NONCE_AT)
  return (streamId, totalReceived) => {
    requireStreamId(streamId)
    requireTotalReceived(totalReceived)
    const receipt = new Uint8Array(template)
    receipt[STREAM_ID_AT] = streamId
    new DataView(receipt.buffer).setBigUint64(TOTAL_RECEIVED_AT, totalReceived)
    receipt.set(authenticate(receipt.subarray(0, HMAC_AT)), HMAC_AT)
    return receipt
  }
}

/** One receipt, 58 bytes. Throws as `receiptIssuer` does; prefer that where a connection makes many. */
export function createReceipt(
  crypto: CryptoProvider,
  receipt: ReceiptKey & { readonly streamId: number; readonly totalReceived: bigint },
): Uint8Array {
  return receiptIssuer(crypto, receipt)(receipt.streamId, receipt.totalReceived)
}

/**
 * The fields of a receipt of any version, **not verified**: anybody can write one.
 * @throws {CryptoError} `invalidReceipt` (`receipt malformed`) when it is not 58 bytes.
 */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  if (!isBytes(bytes) || bytes.length !== RECEIPT_LENGTH) throw new CryptoError('invalidReceipt', 'receipt malformed')
  const copy = new Uint8Array(bytes)
  const view = new DataView(copy.buffer)
  return {
    version: view.getUint8(0),
    nonce: copy.slice(NONCE_AT, STREAM_ID_AT),
    streamId: view.getUint8(STREAM_ID_AT),
    totalReceived: view.getBigUint64(TOTAL_RECEIVED_AT),
    hmac: copy.slice(HMAC_AT),
  }
}

/**
 * The fields of a receipt whose HMAC is right. It remains to check that the amount exceeds the last one seen under this
 * nonce and stream id, and that the nonce is fresh (RFC 0039).
 *
 * @param secret The 32 bytes, or a function that finds them by the (still unverified) fields, usually by the nonce.
 * @throws {CryptoError} `invalidReceipt`: `receipt malformed`, `invalid version` or `invalid hmac`.
 *   `invalidArgument` when the secret is not 32 bytes: under an empty key anybody could write a receipt.
 */
export function verifyReceipt(
  crypto: CryptoProvider,
  bytes: Uint8Array,
  secret: Uint8Array | ((decoded: Receipt) => Uint8Array),
): Receipt {
  const receipt = decodeReceipt(bytes)
  if (receipt.version !== RECEIPT_VERSION) throw new CryptoError('invalidReceipt', 'invalid version')
  const key = typeof secret === 'function' ? secret(receipt) : secret
  requireSecret(key)
  const expected = crypto.hmacSha256(key)(bytes.subarray(0, HMAC_AT))
  if (!constantTimeEqual(expected, receipt.hmac)) throw new CryptoError('invalidReceipt', 'invalid hmac')
  return receipt
}

function requireSecret(secret: Uint8Array): void {
  if (!isBytes(secret) || secret.length !== SECRET_LENGTH) throw invalidArgument('receipt secret must be 32 bytes')
}

function requireStreamId(streamId: number): void {
  if (Number.isInteger(streamId) && streamId >= 1 && streamId <= MAX_RECEIPT_STREAM_ID) return
  throw invalidArgument(
    `receipt streamId must be an integer from 1 to ${MAX_RECEIPT_STREAM_ID}, got ${String(streamId)}: ` +
      'RFC 0039 has one byte for it, so send no receipt for other streams',
  )
}

function requireTotalReceived(total: bigint): void {
  if (typeof total === 'bigint' && total >= 0n && total <= MAX_TOTAL_RECEIVED) return
  throw invalidArgument(`receipt totalReceived must be a bigint from 0 to 2^64 - 1, got ${String(total)}`)
}
