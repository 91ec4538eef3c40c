import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import v8 from 'node:v8'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sealApart } from './compliance/seal-apart.js'
import { nodeCrypto } from './node.js'
import { portableCrypto } from './portable.js'

const { hash, randomFillSync, createSecretKey, createCipheriv } = crypto
const { versions } = process
const buffers: ArrayBuffer & { transfer?: unknown } = ArrayBuffer.prototype
const { transfer: ownTransfer } = buffers

/** The provider as another process would load it, one whose built-ins are these. */
async function loadedWith(builtins: object): Promise<typeof nodeCrypto> {
  Object.assign(crypto, builtins)
  syncBuiltinESMExports()
  vi.resetModules()
  return (await import('./node.js')).nodeCrypto
}

afterEach(() => {
  vi.restoreAllMocks()
  Object.assign(crypto, { hash, randomFillSync, createSecretKey, createCipheriv })
  Object.defineProperty(process, 'versions', { value: versions })
  if (ownTransfer === undefined) delete buffers.transfer
  else buffers.transfer = ownTransfer
  syncBuiltinESMExports()
  vi.resetModules()
})

describe('the Node provider', () => {
  it('hashes alike on versions before 20.12, which have no crypto.hash', async () => {
    const older = await loadedWith({ hash: undefined })
    expect(older).not.toBe(nodeCrypto)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(older.sha256(data)).toEqual(portableCrypto.sha256(data))
        const key = new Uint8Array(32).fill(data.length)
        expect(older.hmacSha256(key)(data)).toEqual(portableCrypto.hmacSha256(key)(data))
      }),
    )
  })

  it.each([
    ['20.19.0', 0],
    ['22.12.0', 0],
    ['23.0.0', 2],
    ['24.1.0', 2],
  ])(
    'of %s makes %d key objects of two keys, protects like every other, and keeps its own keys',
    async (node, objects) => {
      const make = vi.fn(createSecretKey)
      Object.defineProperty(process, 'versions', { value: { ...versions, node } })
      const provider = await loadedWith({ createSecretKey: make })
      const [key, iv, text] = [new Uint8Array(32).fill(1), new Uint8Array(12).fill(2), new Uint8Array(50).fill(3)]
      const [cipher, hmac] = [provider.aes256Gcm(key), provider.hmacSha256(key)]
      const [portableCipher, portableHmac] = [
        portableCrypto.aes256Gcm(key.slice()),
        portableCrypto.hmacSha256(key.slice()),
      ]
      key.fill(9)
      const { ciphertext, tag } = sealApart(cipher, iv, text)
      expect({ ciphertext, tag }).toEqual(sealApart(portableCipher, iv, text))
      expect(cipher.open(iv, ciphertext, tag)).toEqual(text)
      for (const data of [text, new Uint8Array(2000).fill(4)]) expect(hmac(data)).toEqual(portableHmac(data))
      expect(make).toHaveBeenCalledTimes(objects)
    },
  )

  it.each([
    [4095, 0],
    [32_739, 1],
  ])(
    'gives back the memory of %d sealed bytes %d times where a version can, and seals alike',
    async (length, times) => {
      const transfer = vi.fn(function (this: ArrayBuffer, size: number) {
        expect([this.byteLength, size]).toEqual([length, 0])
        return structuredClone(this, { transfer: [this] })
      })
      buffers.transfer = transfer
      const cipher = (await loadedWith({})).aes256Gcm(new Uint8Array(32).fill(1))
      const [iv, text] = [new Uint8Array(12).fill(2), new Uint8Array(length).fill(3)]
      const { ciphertext, tag } = sealApart(cipher, iv, text)
      expect(transfer).toHaveBeenCalledTimes(times)
      expect({ ciphertext, tag }).toEqual(sealApart(portableCrypto.aes256Gcm(new Uint8Array(32).fill(1)), iv, text))
      expect(cipher.open(iv, ciphertext, tag)).toEqual(text)
    },
  )

  it('leaves memory alone that holds more than it has sealed', async () => {
    const transfer = vi.fn()
    buffers.transfer = transfer
    const sharing = (...args: Parameters<typeof createCipheriv>) => {
      const cipher = createCipheriv(...args)
      const update = cipher.update.bind(cipher) as (data: Uint8Array) => Buffer
      const shared = (data: Uint8Array) => Buffer.concat([update(data), Buffer.alloc(8)]).subarray(0, data.length)
      return Object.assign(cipher, { update: shared })
    }
    const cipher = (await loadedWith({ createCipheriv: sharing })).aes256Gcm(new Uint8Array(32).fill(1))
    sealApart(cipher, new Uint8Array(12), new Uint8Array(20_000))
    expect(transfer).not.toHaveBeenCalled()
  })

  it('draws anew once a snapshot of the process is taken, and else only when its pool is used up', async () => {
    let takeSnapshot = (): void => undefined
    vi.spyOn(v8.startupSnapshot, 'isBuildingSnapshot').mockReturnValue(true)
    vi.spyOn(v8.startupSnapshot, 'addSerializeCallback').mockImplementation((callback) => {
      takeSnapshot = () => callback(undefined)
    })
    const draw = vi.fn(randomFillSync)
    const provider = await loadedWith({ randomFillSync: draw })
    for (let i = 0; i < 3; i++) provider.randomBytes(12)
    expect(draw).toHaveBeenCalledTimes(1)
    takeSnapshot()
    for (let i = 0; i < 3; i++) provider.randomBytes(12)
    expect(draw).toHaveBeenCalledTimes(2)
  })
})
