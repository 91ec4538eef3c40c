import { createHash, createHmac, randomBytes } from 'node:crypto'
import { ENVELOPE_OVERHEAD, packetId } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'
import type { LongLike } from '../../amount.js'
import { asBuffer } from '../../buffers.js'
import { longFromValue } from './util/long.js'

export { randomBytes } from 'node:crypto'

/** Bytes of randomness at the head of an address token. */
export const TOKEN_NONCE_LENGTH = 18
/** Bytes an encrypted packet is longer than its plaintext: IV 12, tag 16 (RFC 0029, 5.1.1). */
export const ENCRYPTION_OVERHEAD = ENVELOPE_OVERHEAD

const IV_LENGTH = 12
const CONDITION_LENGTH = 32
const ENCRYPTION_LABEL = Buffer.from('ilp_stream_encryption')
const FULFILLMENT_LABEL = Buffer.from('ilp_stream_fulfillment')
const SHARED_SECRET_LABEL = Buffer.from('ilp_stream_shared_secret')

export function generateTokenNonce(): Buffer {
  return randomBytes(TOKEN_NONCE_LENGTH)
}

/** 32 random bytes nobody knows a preimage of. */
export function generateRandomCondition(): Buffer {
  return randomBytes(CONDITION_LENGTH)
}

/** The key of the packets of a connection (RFC 0029, 5.1). */
export async function generatePskEncryptionKey(sharedSecret: Uint8Array): Promise<Buffer> {
  return authenticate(sharedSecret, ENCRYPTION_LABEL)
}

/** The key of the fulfillments of a connection (RFC 0029, 6). */
export async function generateFulfillmentKey(sharedSecret: Uint8Array): Promise<Buffer> {
  return authenticate(sharedSecret, FULFILLMENT_LABEL)
}

/** The preimage that fulfills the Prepare which carries `data`. */
export async function generateFulfillment(fulfillmentKey: Uint8Array, data: Uint8Array): Promise<Buffer> {
  return authenticate(fulfillmentKey, data)
}

/** The 32 bytes that `shouldFulfill` gets for a packet. */
export async function generateIncomingPacketId(sharedSecret: Uint8Array, sequence: LongLike): Promise<Buffer> {
  return asBuffer(packetId(nodeCrypto, sharedSecret, longFromValue(sequence, true).toNumber()))
}

/** SHA-256. */
export async function hash(preimage: Uint8Array): Promise<Buffer> {
  return createHash('sha256').update(preimage).digest()
}

/** HMAC-SHA256. */
export async function hmac(key: Uint8Array, message: Uint8Array): Promise<Buffer> {
  return authenticate(key, message)
}

/** AES-256-GCM under a fresh random IV: IV, tag, ciphertext of the buffers in a row. */
export async function encrypt(key: Uint8Array, ...buffers: Uint8Array[]): Promise<Buffer> {
  return seal(key, Buffer.concat(buffers))
}

/** What `encrypt` took. Rejects when `data` was not made under this key. */
export async function decrypt(key: Uint8Array, data: Uint8Array): Promise<Buffer> {
  return open(key, data)
}

/** The shared secret that belongs to a token, under the server's secret (RFC 0029, 4.1). */
export function generateSharedSecretFromToken(seed: Uint8Array, token: Uint8Array): Buffer {
  return authenticate(authenticate(seed, SHARED_SECRET_LABEL), token)
}

export function encryptConnectionAddressToken(seed: Uint8Array, token: Uint8Array): Buffer {
  return seal(seed, token)
}

/** @throws when the token was not made under this secret. */
export function decryptConnectionAddressToken(seed: Uint8Array, token: Uint8Array): Buffer {
  return open(seed, token)
}

export function generateReceiptHMAC(secret: Uint8Array, message: Uint8Array): Buffer {
  return authenticate(secret, message)
}

function authenticate(key: Uint8Array, message: Uint8Array): Buffer {
  return createHmac('sha256', key).update(message).digest()
}

function seal(key: Uint8Array, plaintext: Uint8Array): Buffer {
  const iv = nodeCrypto.randomBytes(IV_LENGTH)
  const sealed = Buffer.alloc(ENCRYPTION_OVERHEAD + plaintext.length)
  sealed.set(iv)
  nodeCrypto.aes256Gcm(key).seal(iv, plaintext, sealed, IV_LENGTH)
  return sealed
}

function open(key: Uint8Array, data: Uint8Array): Buffer {
  if (data.length === 0) throw new Error('cannot decrypt empty buffer')
  // A shorter tag would be easier to guess than a whole one, so it counts as none.
  const isWhole = data.length >= ENCRYPTION_OVERHEAD
  const plaintext =
    isWhole &&
    nodeCrypto
      .aes256Gcm(key)
      .open(
        data.subarray(0, IV_LENGTH),
        data.subarray(ENCRYPTION_OVERHEAD),
        data.subarray(IV_LENGTH, ENCRYPTION_OVERHEAD),
      )
  if (!plaintext) throw new Error('Unsupported state or unable to authenticate data')
  return asBuffer(plaintext)
}
