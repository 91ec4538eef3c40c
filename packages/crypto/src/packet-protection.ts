import { labelBytes } from './ascii.js'
import { describeBytes, isBytes } from './byte-length.js'
import type { Aes256Gcm, CryptoProvider, HmacSha256 } from './crypto-provider.js'
import { openEnvelope, sealEnvelope } from './envelope.js'
import { invalidArgument } from './errors.js'
import { copyOfSecret } from './secret-memory.js'

/** What a connection needs of cryptography; the keys are already derived from its shared secret (RFC 0029 sections 5.1 and 6). */
export interface PacketProtection {
  /**
   * The data field of an ILP packet: IV 12, tag 16, ciphertext. `ENVELOPE_OVERHEAD` bytes longer than `plaintext`.
   *
   * @param into where it is written, exactly so long and apart from `plaintext`; by default memory of its own
   * @throws {CryptoError} `invalidArgument` when `into` has another length.
   */
  seal(plaintext: Uint8Array, into?: Uint8Array): Uint8Array
  /** The plaintext, or `undefined` when the other end of this connection did not seal `envelope`. Never throws. */
  open(envelope: Uint8Array): Uint8Array | undefined
  /** The 32-byte preimage that fulfills a Prepare carrying `envelope`; only the two ends can compute it. */
  fulfillment(envelope: Uint8Array): Uint8Array
  /** SHA-256 of a fulfillment: the execution condition of the Prepare. */
  condition(fulfillment: Uint8Array): Uint8Array
  /** 32 random bytes nobody knows a preimage of, for packets that only probe. */
  unfulfillableCondition(): Uint8Array
  /** Nothing will come for a while: prepared keys go, and are derived again by whoever seals or opens next. */
  rest(): void
}

const ENCRYPTION_LABEL = labelBytes('ilp_stream_encryption')
const FULFILLMENT_LABEL = labelBytes('ilp_stream_fulfillment')
const CONDITION_LENGTH = 32

/**
 * The keys of a connection, which are derived when they are first used.
 *
 * @param sharedSecret 32 bytes are recommended (RFC 0029 section 4.1); other lengths work, because some senders hand out
 *   shorter or longer ones, but an empty secret protects nothing.
 * @throws {CryptoError} `invalidArgument` when `sharedSecret` is empty or not a `Uint8Array`.
 */
export function packetProtection(crypto: CryptoProvider, sharedSecret: Uint8Array): PacketProtection {
  requireSharedSecret(sharedSecret)
  return new Protection(crypto, copyOfSecret(sharedSecret))
}

/** A class: there is one for each connection, and closures would be five. */
class Protection implements PacketProtection {
  readonly #crypto: CryptoProvider
  /** Where the secret lies: a view that is kept would be three times as large as the secret. */
  readonly #memory: ArrayBufferLike
  readonly #offset: number
  readonly #length: number
  #encryption: Aes256Gcm | undefined
  #preimageOf: HmacSha256 | undefined

  constructor(crypto: CryptoProvider, sharedSecret: Uint8Array) {
    this.#crypto = crypto
    this.#memory = sharedSecret.buffer
    this.#offset = sharedSecret.byteOffset
    this.#length = sharedSecret.length
  }

  seal(plaintext: Uint8Array, into?: Uint8Array): Uint8Array {
    this.#encryption ??= this.#crypto.aes256Gcm(this.#derive(ENCRYPTION_LABEL))
    return sealEnvelope(this.#crypto, this.#encryption, plaintext, into)
  }

  open(envelope: Uint8Array): Uint8Array | undefined {
    this.#encryption ??= this.#crypto.aes256Gcm(this.#derive(ENCRYPTION_LABEL))
    return openEnvelope(this.#encryption, envelope)
  }

  fulfillment(envelope: Uint8Array): Uint8Array {
    this.#preimageOf ??= this.#crypto.hmacSha256(this.#derive(FULFILLMENT_LABEL))
    return this.#preimageOf(envelope)
  }

  condition(fulfillment: Uint8Array): Uint8Array {
    return this.#crypto.sha256(fulfillment)
  }

  unfulfillableCondition(): Uint8Array {
    return this.#crypto.randomBytes(CONDITION_LENGTH)
  }

  rest(): void {
    this.#encryption = this.#preimageOf = undefined
  }

  #derive(label: Uint8Array): Uint8Array {
    const sharedSecret = new Uint8Array(this.#memory, this.#offset, this.#length)
    return this.#crypto.hmacSha256(sharedSecret)(label)
  }
}

/** @throws {CryptoError} `invalidArgument` when `sharedSecret` is empty or not a `Uint8Array`. */
export function requireSharedSecret(sharedSecret: Uint8Array): void {
  if (isBytes(sharedSecret) && sharedSecret.length > 0) return
  throw invalidArgument(
    `sharedSecret must be a Uint8Array of 32 bytes (at least 1), got ${describeBytes(sharedSecret)}: ` +
      'pass the decoded secret that came with the destination address',
  )
}
