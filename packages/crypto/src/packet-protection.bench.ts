import * as predecessor from 'predecessor/dist/src/crypto.js'
import { bench, describe } from 'vitest'
import { nodeCrypto } from './node.js'
import { packetProtection } from './packet-protection.js'
import { portableCrypto } from './portable.js'

const secret = new Uint8Array(32).fill(1)
const node = packetProtection(nodeCrypto, secret)
const portable = packetProtection(portableCrypto, secret)
const encryptionKey = await predecessor.generatePskEncryptionKey(Buffer.from(secret))
const fulfillmentKey = await predecessor.generateFulfillmentKey(Buffer.from(secret))

/** A money packet, and the largest packet there is. */
describe.each([41, 32739])('%i bytes of plaintext', (length) => {
  const plaintext = new Uint8Array(length).fill(2)
  const envelope = node.seal(plaintext)
  const [plaintextBuffer, envelopeBuffer] = [Buffer.from(plaintext), Buffer.from(envelope)]

  describe('seal', () => {
    bench('node', () => void node.seal(plaintext))
    bench('portable', () => void portable.seal(plaintext))
    bench('ilp-protocol-stream 2.x', async () => void (await predecessor.encrypt(encryptionKey, plaintextBuffer)))
  })

  describe('open', () => {
    bench('node', () => void node.open(envelope))
    bench('portable', () => void portable.open(envelope))
    bench('ilp-protocol-stream 2.x', async () => void (await predecessor.decrypt(encryptionKey, envelopeBuffer)))
  })

  describe('fulfillment and condition', () => {
    bench('node', () => void node.condition(node.fulfillment(envelope)))
    bench('portable', () => void portable.condition(portable.fulfillment(envelope)))
    bench('ilp-protocol-stream 2.x', async () => {
      await predecessor.hash(await predecessor.generateFulfillment(fulfillmentKey, envelopeBuffer))
    })
  })
})
