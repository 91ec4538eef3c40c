import { packetProtection, serverCredentials } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'

// A server hands out a token (the last segment of its address) and a shared secret, and keeps neither.
const server = serverCredentials(nodeCrypto, nodeCrypto.randomBytes(32))
const { token, sharedSecret } = server.create({ connectionTag: 'invoice-42' })

// A client seals a packet for it. The condition goes into the Prepare.
const client = packetProtection(nodeCrypto, sharedSecret)
const envelope = client.seal(Uint8Array.of(1, 12, 1, 1, 1, 0, 1, 0))
const condition = client.condition(client.fulfillment(envelope))

// The server finds everything again in the token and fulfills.
const found = server.read(token) // { sharedSecret, connectionTag: 'invoice-42' }, undefined for any other text
const protection = packetProtection(nodeCrypto, found!.sharedSecret)
const plaintext = protection.open(envelope) // undefined when a single bit was changed on the way
const fulfillment = protection.fulfillment(envelope)

export { condition, found, fulfillment, plaintext }
