import crypto, {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  randomFillSync,
  type KeyObject,
} from 'node:crypto'
import v8 from 'node:v8'
import { requireLength } from './byte-length.js'
import {
  AES_256_KEY_LENGTH,
  IV_LENGTH,
  TAG_LENGTH,
  type Aes256Gcm,
  type CryptoProvider,
  type HmacSha256,
  type Sealed,
} from './crypto-provider.js'
import { randomPool } from './random-pool.js'

const ALGORITHM = 'aes-256-gcm'
const OPTIONS = { authTagLength: TAG_LENGTH }

const pool = randomPool((bytes) => void randomFillSync(bytes))

// Every process started from a snapshot would continue with the same IVs, which breaks GCM.
if (v8.startupSnapshot?.isBuildingSnapshot()) v8.startupSnapshot.addSerializeCallback(() => pool.discard())

/**
 * `node:crypto`, synchronous: for packets of the size STREAM has, faster than WebCrypto's promises. Keys are `KeyObject`s,
 * which current Node versions use ten times faster than the same bytes.
 */
export const nodeCrypto: CryptoProvider = {
  randomBytes: (length) => pool.take(length),
  sha256,
  hmacSha256,
  aes256Gcm: (key) => new NodeAes256Gcm(key),
}

// `crypto.hash` came with Node 20.12. It and the text form of a digest, read back below, spare the objects around 32 bytes,
// which cost three times as much as the hash.
const sha256Text: (data: Uint8Array) => string =
  typeof crypto.hash === 'function'
    ? (data) => crypto.hash('sha256', data, 'binary')
    : (data) => createHash('sha256').update(data).digest('binary')

function sha256(data: Uint8Array): Uint8Array {
  return fromBinary(sha256Text(data))
}

const BLOCK = 64
const INNER = 0x36
const OUTER = 0x5c
let inner = new Uint8Array(BLOCK + 1024)
const outer = new Uint8Array(BLOCK + 32)

/**
 * By its definition (RFC 2104), in two calls for a digest: an `Hmac` object, which has to be collected besides, takes half
 * as long again for data of a packet that pays. The key is kept as text, which takes a third of the memory of bytes.
 */
function hmacSha256(key: Uint8Array): HmacSha256 {
  const block = new Uint8Array(BLOCK)
  block.set(key.length > BLOCK ? sha256(key) : key)
  const keyText = String.fromCharCode(...block)
  return (data) => {
    const end = BLOCK + data.length
    if (end > inner.length) inner = new Uint8Array(end)
    for (let i = 0; i < BLOCK; i++) {
      const byte = keyText.charCodeAt(i)
      inner[i] = byte ^ INNER
      outer[i] = byte ^ OUTER
    }
    inner.set(data, BLOCK)
    writeBinary(sha256Text(inner.subarray(0, end)), outer, BLOCK)
    return sha256(outer)
  }
}

class NodeAes256Gcm implements Aes256Gcm {
  readonly #key: KeyObject

  constructor(key: Uint8Array) {
    requireLength('AES-256 key', key, AES_256_KEY_LENGTH)
    this.#key = createSecretKey(key)
  }

  seal(iv: Uint8Array, plaintext: Uint8Array): Sealed {
    requireLength('AES-256-GCM iv', iv, IV_LENGTH)
    const cipher = createCipheriv(ALGORITHM, this.#key, iv, OPTIONS)
    const ciphertext = cipher.update(plaintext)
    // A counter mode keeps nothing back: this only finishes the tag.
    cipher.final()
    return { ciphertext: plain(ciphertext), tag: plain(cipher.getAuthTag()) }
  }

  open(iv: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): Uint8Array | undefined {
    requireLength('AES-256-GCM iv', iv, IV_LENGTH)
    requireLength('AES-256-GCM tag', tag, TAG_LENGTH)
    const decipher = createDecipheriv(ALGORITHM, this.#key, iv, OPTIONS)
    decipher.setAuthTag(tag)
    const plaintext = decipher.update(ciphertext)
    try {
      decipher.final()
    } catch {
      return undefined
    }
    return plain(plaintext)
  }
}

function fromBinary(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  writeBinary(text, bytes, 0)
  return bytes
}

function writeBinary(text: string, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
}

/** Without the `Buffer` methods: `slice` of a `Buffer` shares memory, so code would behave otherwise on Node than elsewhere. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}
