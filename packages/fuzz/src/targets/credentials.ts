import { packetProtection, serverCredentials, type CryptoProvider } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'
import { CryptoError } from '@stream/crypto'
import { createReceipt, decodeReceipt, verifyReceipt } from '@stream/crypto/receipt'
import { seededCrypto } from '@stream/crypto/testing'
import { Endpoint } from '@stream/connection'
import { aimd } from '@stream/flow'
import { assertIlpAddress, IlpAddressError, isValidIlpAddress } from '@stream/frames/ilp'
import { must } from '../fault.js'
import { InputReader } from '../input-reader.js'
import { same, sameBytes } from '../same.js'
import type { Target } from '../target.js'

const SECRET = new Uint8Array(32).fill(5)
const ACCOUNT = 'test.server'
const crypto: CryptoProvider = seededCrypto('credentials', nodeCrypto)
const credentials = serverCredentials(crypto, SECRET)
const issued = [
  credentials.create(),
  credentials.create({ connectionTag: 'tag' }),
  credentials.create({ receiptNonce: SECRET.slice(16), receiptSecret: SECRET }),
]
const tokens = new Set(issued.map(({ token }) => token))
const protection = packetProtection(crypto, issued[0]?.sharedSecret ?? SECRET)
const sealed = protection.seal(Uint8Array.of(1, 12, 1, 1, 1, 0, 1, 0))
const receipt = createReceipt(crypto, { nonce: SECRET.slice(16), secret: SECRET, streamId: 1, totalReceived: 500n })
const characters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~+/= é'

/** A copy with some of its bytes changed, or bytes of the fuzzer's own. */
function spoiled(reader: InputReader, good: Uint8Array): Uint8Array {
  const bytes = good.slice(0, good.length - (reader.once(4) ? reader.upTo(good.length) : 0))
  for (let changes = reader.upTo(3); changes > 0; changes--) {
    const at = reader.upTo(Math.max(0, bytes.length - 1))
    if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ reader.byte()
  }
  return reader.once(4) ? reader.rest() : bytes
}

function textFrom(reader: InputReader): string {
  let text = reader.once(2) ? reader.pick(issued).token : ''
  for (let changes = reader.upTo(6); changes > 0; changes--) {
    const at = reader.upTo(text.length)
    text = text.slice(0, at) + (characters[reader.upTo(characters.length - 1)] ?? '') + text.slice(at + reader.upTo(1))
  }
  return text
}

function checkEnvelope(reader: InputReader): void {
  const envelope = spoiled(reader, sealed)
  const opened = protection.open(envelope)
  must(
    (opened !== undefined) === sameBytes(envelope, sealed),
    'an envelope nobody sealed opens, or a sealed one does not',
  )
  must(protection.fulfillment(envelope).length === 32, 'a fulfillment is not of 32 bytes')
}

function checkToken(reader: InputReader): void {
  const token = textFrom(reader)
  const reading = credentials.read(token)
  must((reading !== undefined) === tokens.has(token), 'a token nobody issued is read, or an issued one is not')
}

function checkAddress(reader: InputReader): void {
  const address = `${reader.pick(['', 'test.', 'g.', 'private'])}${textFrom(reader)}`
  const isValid = isValidIlpAddress(address)
  try {
    assertIlpAddress(address)
    must(isValid, 'an address is asserted that is not valid')
  } catch (error) {
    must(error instanceof IlpAddressError && !isValid, 'a valid address is refused')
  }
  if (isValid) must(address.length <= 1023 && /^[\w.~-]+$/.test(address), 'an address has characters of no address')
}

function checkReceipt(reader: InputReader): void {
  const bytes = spoiled(reader, receipt)
  try {
    must(
      same(verifyReceipt(crypto, bytes, SECRET), decodeReceipt(bytes)),
      'a receipt is verified and decoded otherwise',
    )
    must(sameBytes(bytes, receipt), 'a receipt nobody made verifies')
  } catch (error) {
    must(error instanceof CryptoError && error.code === 'invalidReceipt', `a receipt ends in ${String(error)}`)
  }
}

function checkEndpoint(reader: InputReader): void {
  const endpoint = new Endpoint({
    crypto,
    credentials,
    address: ACCOUNT,
    connectionOptions: () => ({ asset: { code: 'XRP', scale: 9 }, congestion: aimd() }),
    maxConnections: 2,
  })
  const prepareTo = (destination: string, data: Uint8Array) => {
    const executionCondition = protection.condition(protection.fulfillment(data))
    return { amount: 0n, destination, executionCondition, data, expiresAt: 30_000 }
  }
  for (let packets = 1 + reader.upTo(3); packets > 0; packets--) {
    const destination = `${reader.once(6) ? textFrom(reader) : ACCOUNT}.${textFrom(reader)}`
    const data = spoiled(reader, sealed)
    const routed = endpoint.route(1000, prepareTo(destination, data))
    must(endpoint.connectionCount <= 2, 'there are more connections than allowed')
    if ('reject' in routed) continue
    must(tokens.has(routed.token), 'a connection is made for a token nobody issued')
    const isAuthentic = routed.token === issued[0]?.token && sameBytes(data, sealed)
    must(!routed.isNew || isAuthentic, 'a connection is made by who does not hold its secret')
  }
}

const checks = [checkEnvelope, checkToken, checkAddress, checkReceipt, checkEndpoint]

export const credentialsTarget: Target = {
  name: 'credentials',
  about: 'envelopes, tokens, addresses, receipts and routing: only what was made by the holder of the key counts',
  executions: 100_000,
  batch: 256,
  maxLength: 300,
  generate: (random) => random.bytes(1 + random.integer(40)),
  run(input) {
    const reader = new InputReader(input)
    reader.pick(checks)(reader)
  },
}
