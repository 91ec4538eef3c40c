import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import v8 from 'node:v8'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nodeCrypto } from './node.js'
import { portableCrypto } from './portable.js'

const { hash, randomFillSync } = crypto

/** The provider as another process would load it, one whose built-ins are these. */
async function loadedWith(builtins: object): Promise<typeof nodeCrypto> {
  Object.assign(crypto, builtins)
  syncBuiltinESMExports()
  vi.resetModules()
  return (await import('./node.js')).nodeCrypto
}

afterEach(() => {
  vi.restoreAllMocks()
  Object.assign(crypto, { hash, randomFillSync })
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
      }),
    )
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
