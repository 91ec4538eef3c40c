import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { onTestFinished, vi } from 'vitest'
import { nodeCrypto } from '@stream/crypto/node'
import { seededCrypto } from '@stream/crypto/testing'
import * as turn from '../../src/turn.js'

/** How often in one turn of the event loop somebody may ask whether it has lasted long enough. */
const ASKED_IN_A_TURN = 20

/**
 * Until the test ends, every random byte of this package follows from the seed, and its turns of the event loop last as
 * many packets, not milliseconds of this machine: equal runs send equal bytes.
 */
export function makeRepeatable(seed: number): void {
  const seeded = seededCrypto(seed, nodeCrypto)
  const randomBytes = (length: number) => seeded.randomBytes(length)
  const forPackets = vi.spyOn(nodeCrypto, 'randomBytes').mockImplementation(randomBytes)
  // Addresses of connections that share a plugin are made with Node's.
  const forAddresses = vi.spyOn(crypto, 'randomBytes')
  forAddresses.mockImplementation((length) => Buffer.from(randomBytes(length)) as never)
  syncBuiltinESMExports()

  let asked = 0
  const turns = vi.spyOn(turn, 'isTurnOver').mockImplementation(() => {
    if (asked === 0) turn.nextTurn(() => (asked = 0))
    return ++asked > ASKED_IN_A_TURN
  })
  onTestFinished(() => {
    for (const spy of [forPackets, forAddresses, turns]) spy.mockRestore()
    syncBuiltinESMExports()
  })
}
