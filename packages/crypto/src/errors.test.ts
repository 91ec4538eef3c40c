import { describe, expect, it } from 'vitest'
import { hex } from '../test/bytes.js'
import { serverCredentials } from './credentials.js'
import { CryptoError } from './errors.js'
import { nodeCrypto } from './node.js'
import { packetId } from './packet-id.js'
import { packetProtection } from './packet-protection.js'
import { portableCrypto } from './portable.js'
import { createReceipt, verifyReceipt } from './receipt.js'

const misshapen = Uint8Array.from({ length: 31 }, (_, i) => 0xa0 + i)
const right = Uint8Array.from({ length: 32 }, (_, i) => 0xa0 + i)
const text = hex(right) as unknown as Uint8Array
const nonce = new Uint8Array(16)

/** Every way to pass a secret, or a plaintext next to one, that ends in an error. */
const misuses: Record<string, () => unknown> = {
  'a shared secret as text': () => packetProtection(nodeCrypto, text),
  'a shared secret as text for a packet id': () => packetId(nodeCrypto, text, 1),
  'a wrong sequence': () => packetId(nodeCrypto, right, -1),
  'a server secret of a wrong length': () => serverCredentials(nodeCrypto, misshapen),
  'a server secret as text': () => serverCredentials(nodeCrypto, text),
  'a tag that is not ASCII': () => serverCredentials(nodeCrypto, right).create({ connectionTag: `é${hex(right)}` }),
  'a tag that is too long': () => serverCredentials(nodeCrypto, right).create({ connectionTag: hex(right).repeat(10) }),
  'a receipt secret for a token of a wrong length': () =>
    serverCredentials(nodeCrypto, right).create({ receiptNonce: nonce, receiptSecret: misshapen }),
  'a receipt secret of a wrong length': () =>
    createReceipt(nodeCrypto, { nonce, secret: misshapen, streamId: 1, totalReceived: 1n }),
  'a wrong stream id of a receipt': () =>
    createReceipt(nodeCrypto, { nonce, secret: right, streamId: 0, totalReceived: 1n }),
  'a receipt under another secret': () =>
    verifyReceipt(
      nodeCrypto,
      createReceipt(nodeCrypto, { nonce, secret: new Uint8Array(32), streamId: 1, totalReceived: 1n }),
      right,
    ),
  'a Node key of a wrong length': () => nodeCrypto.aes256Gcm(misshapen),
  'a portable key of a wrong length': () => portableCrypto.aes256Gcm(misshapen),
  'a Node IV of a wrong length': () => nodeCrypto.aes256Gcm(right).seal(misshapen, right, new Uint8Array(48), 0),
  'a portable IV of a wrong length': () =>
    portableCrypto.aes256Gcm(right).seal(misshapen, right, new Uint8Array(48), 0),
}

function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return expect.unreachable('nothing was thrown')
}

describe('errors of this package', () => {
  it.each(Object.entries(misuses))('%s ends in a CryptoError that says nothing of the secret', (_, misuse) => {
    const error = thrownBy(misuse)
    expect(error).toBeInstanceOf(CryptoError)
    const { name, message, stack, ...rest } = error as CryptoError
    expect(name).toBe('CryptoError')
    expect(Object.keys(rest)).toEqual(['code'])
    for (const leak of [/a[0-9]a[0-9]/i, /16[0-9]/, /oK[Gg]i/, /[\u00a0-\u00bf]/]) expect(message).not.toMatch(leak)
    expect(stack).not.toContain(hex(misshapen))
  })
})
