import crypto, {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  randomFillSync,
  type KeyObject,
} from 'node:crypto'
import process from 'node:process'
import v8 from 'node:v8'
import { requireLength } from './byte-length.js'
import { AES_256_KEY_LENGTH, IV_LENGTH, TAG_LENGTH, type Aes256Gcm, type CryptoProvider } from './crypto-provider.js'
import { randomPool } from './random-pool.js'
import { copyOfSecret } from './secret-memory.js'
import { LONGEST_SHORT_DATA, SHORT_KEY_LENGTH, shortHmac } from './short-hmac.js'

const ALGORITHM = 'aes-256-gcm'
const OPTIONS = { authTagLength: TAG_LENGTH }

const pool = randomPool((bytes) => void randomFillSync(bytes))

// Every process started from a snapshot would continue with the same IVs, which breaks GCM.
if (v8.startupSnapshot?.isBuildingSnapshot()) v8.startupSnapshot.addSerializeCallback(() => pool.discard())

/**
 * `node:crypto`, synchronous: for packets of the size STREAM has, faster than WebCrypto's promises.
 */
export const nodeCrypto: CryptoProvider = {
  randomBytes: (length) => pool.take(length),
  sha256,
  hmacSha256(key) {
    const bytes = copyOfSecret(key)
    let prepared: KeyObject | Uint8Array | undefined
    return (data) => {
      if (isShort(bytes, data)) return fromBinary(shortHmac(sha256Text, bytes, data))
      prepared ??= usesKeyObjects ? createSecretKey(bytes) : bytes
      return fromBinary(createHmac('sha256', prepared).update(data).digest('binary'))
    }
  },
  aes256Gcm: (key) => new NodeAes256Gcm(key),
}

/**
 * Since Node 23 a `KeyObject` is used ten times faster than the same bytes. Before, it gains nothing, and ten thousand of
 * them slow down whatever `node:crypto` does by half: each stands in the table that every cipher and hash enters as well.
 */
const usesKeyObjects = Number.parseInt(process.versions.node) >= 23

// `crypto.hash` came with Node 20.12. It and the text form of a digest, read back below, spare the objects around 32 bytes,
// which cost three times as much as the hash.
const hasOneShotHash = typeof crypto.hash === 'function'
const sha256Text: (data: Uint8Array) => string = hasOneShotHash
  ? (data) => crypto.hash('sha256', data, 'binary')
  : (data) => createHash('sha256').update(data).digest('binary')

/** Without `crypto.hash` two hash objects would cost more than one of HMAC. */
function isShort(key: Uint8Array, data: Uint8Array): boolean {
  return hasOneShotHash && key.length === SHORT_KEY_LENGTH && data.length <= LONGEST_SHORT_DATA
}

function sha256(data: Uint8Array): Uint8Array {
  return fromBinary(sha256Text(data))
}

/**
 * The bytes of the key in use. Among thousands of keys each one is far away in memory, and `node:crypto` looks at its view
 * and its buffer as well: of a copy these are near.
 */
const keyInUse = new Uint8Array(AES_256_KEY_LENGTH)

class NodeAes256Gcm implements Aes256Gcm {
  readonly #key: KeyObject | Uint8Array

  constructor(key: Uint8Array) {
    requireLength('AES-256 key', key, AES_256_KEY_LENGTH)
    this.#key = usesKeyObjects ? createSecretKey(key) : copyOfSecret(key)
  }

  seal(iv: Uint8Array, plaintext: Uint8Array, into: Uint8Array, at: number): void {
    requireLength('AES-256-GCM iv', iv, IV_LENGTH)
    const cipher = createCipheriv(ALGORITHM, this.#keyAtHand(), iv, OPTIONS)
    const ciphertext = cipher.update(plaintext)
    // A counter mode keeps nothing back: this only finishes the tag.
    cipher.final()
    into.set(cipher.getAuthTag(), at)
    into.set(ciphertext, at + TAG_LENGTH)
    if (ciphertext.length >= WORTH_RELEASING) release(ciphertext)
  }

  open(iv: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): Uint8Array | undefined {
    requireLength('AES-256-GCM iv', iv, IV_LENGTH)
    requireLength('AES-256-GCM tag', tag, TAG_LENGTH)
    const decipher = createDecipheriv(ALGORITHM, this.#keyAtHand(), iv, OPTIONS)
    decipher.setAuthTag(tag)
    const plaintext = decipher.update(ciphertext)
    try {
      decipher.final()
    } catch {
      return undefined
    }
    return plain(plaintext)
  }

  #keyAtHand(): KeyObject | Uint8Array {
    const key = this.#key
    if (!(key instanceof Uint8Array)) return key
    for (let i = 0; i < AES_256_KEY_LENGTH; i++) keyInUse[i] = key[i]!
    return keyInUse
  }
}

/** Less is given back by the garbage collector as cheaply. */
const WORTH_RELEASING = 4096

/** Since Node 21. */
const { transfer } = ArrayBuffer.prototype as { transfer?: (newLength: number) => ArrayBuffer }

/**
 * Gives memory back that nobody else has: the next packet gets it while it is in the processor's caches. V8 counts what it
 * has not given back as part of its heap, and on Node 24 collects the whole heap whenever some 64 MiB have come together.
 */
function release({ buffer, length }: Buffer): void {
  if (buffer.byteLength === length) transfer?.call(buffer, 0)
}

function fromBinary(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** Without the `Buffer` methods: `slice` of a `Buffer` shares memory, so code would behave otherwise on Node than elsewhere. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}
