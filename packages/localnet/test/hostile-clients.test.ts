import { randomBytes } from 'node:crypto'
import { get } from 'node:http'
import { Type, serialize, serializeMessage, serializeResponse, serializeTransfer } from 'btp-packet'
import { deserializeIlpReject, serializeIlpFulfill, serializeIlpReject } from 'ilp-packet'
import { expect, test } from 'vitest'
import { connect, localnet, outcome, prepare, receive } from './clients.js'
import { RawClient, auth, errorOf } from './raw-client.js'

const message = (entries: Record<string, Buffer>): Buffer =>
  serializeMessage(
    42,
    Object.entries(entries).map(([protocolName, data]) => ({ protocolName, contentType: 0, data })),
  )

const token = { auth_token: 't' }

test.each([
  ['a packet before authentication', message({ ilp: prepare('test.localnet.bob') }), 42, 'F00', 'must begin with auth'],
  ['authentication without a token', auth(42, {}), 42, 'F00', 'auth_token is missing'],
  [
    'auth that is not the first entry',
    message({ x: Buffer.alloc(0), auth: Buffer.alloc(0) }),
    42,
    'F00',
    'begin with auth',
  ],
  ['an empty message', serializeMessage(42, []), 42, 'F00', 'must begin with auth'],
  ['a response', serializeResponse(42, []), 42, 'F00', 'must be a message with auth'],
  ['a transfer', serializeTransfer({ amount: '1' }, 42, []), 42, 'F00', 'must be a message with auth'],
  ['noise', Buffer.from([1, 2, 3]), 0, 'F01', 'not a BTP packet'],
  ['text', 'hello', 0, 'F01', 'text frame'],
])('%s instead of authentication gets an error and the door', async (_, data, requestId, code, text) => {
  const network = await localnet()
  const client = await RawClient.open(network.port)
  client.send(data)
  const error = errorOf(await client.next())
  expect(error).toMatchObject({ type: 2, requestId, code })
  expect(error.message).toContain(text)
  expect(await client.closed).toBe(1008)
  expect(network.accounts()).toEqual([])
})

test('who does not authenticate in time is disconnected', async () => {
  const network = await localnet({ authTimeoutMs: 20 })
  const client = await RawClient.open(network.port)
  expect(await client.closed).toBe(1008)
})

const truncated = prepare('test.localnet.bob').subarray(0, 30)

test.each([
  [
    'an unknown BTP type',
    Buffer.concat([Buffer.from([9, 0, 0, 0, 42]), Buffer.alloc(3)]),
    42,
    'F01',
    'unknown BTP packet type 9',
  ],
  ['a cut BTP frame', message({ ilp: truncated }).subarray(0, 20), 42, 'F01', 'not a BTP packet'],
  ['an empty frame', Buffer.alloc(0), 0, 'F01', 'not a BTP packet'],
  ['a text frame', 'hello', 0, 'F01', 'text frame'],
  [
    'a count of entries beyond reason',
    Buffer.from('060000002a0707ffffffffffff00', 'hex'),
    42,
    'F01',
    'not a BTP packet',
  ],
  ['a message without ILP', message({ info: Buffer.from([2]) }), 42, 'F00', 'without an ILP packet'],
  ['an ILP Prepare that is cut', message({ ilp: truncated }), 42, 'F01', 'not an ILP Prepare'],
  ['empty ILP', message({ ilp: Buffer.alloc(0) }), 42, 'F01', 'not an ILP Prepare'],
  [
    'a Fulfill as a request',
    message({ ilp: serializeIlpFulfill({ fulfillment: Buffer.alloc(32), data: Buffer.alloc(0) }) }),
    42,
    'F01',
    'not an ILP Prepare',
  ],
  ['a transfer', serializeTransfer({ amount: '1' }, 42, []), 42, 'F00', 'nothing is settled here'],
])('%s gets an error, and the client may go on', async (_, data, requestId, code, text) => {
  const network = await localnet()
  const alice = await RawClient.login(network.port, 'alice')
  receive(await connect(network.url('bob')))
  alice.send(data)
  const error = errorOf(await alice.next())
  expect(error).toMatchObject({ type: 2, requestId, code })
  expect(error.message).toContain(text)
  alice.sendIlp(43, prepare('test.localnet.bob'))
  expect(await alice.next()).toMatchObject({ type: Type.TYPE_RESPONSE, requestId: 43 })
})

test('responses and errors that nobody waits for are ignored', async () => {
  const network = await localnet()
  const alice = await RawClient.login(network.port, 'alice')
  receive(await connect(network.url('bob')))
  alice.send(serializeResponse(999, []))
  alice.send(
    serialize({
      type: Type.TYPE_ERROR,
      requestId: 998,
      data: { code: 'F00', name: 'x', triggeredAt: new Date().toISOString(), data: '', protocolData: [] },
    }),
  )
  alice.sendIlp(43, prepare('test.localnet.bob'))
  expect(await alice.next()).toMatchObject({ type: Type.TYPE_RESPONSE, requestId: 43 })
})

test('a frame too large for any ILP packet ends that connection and no other', async () => {
  const network = await localnet()
  const alice = await RawClient.login(network.port, 'alice')
  const eve = await connect(network.url('eve'))
  receive(eve)
  alice.send(Buffer.alloc(200_000))
  expect(await alice.closed).toBe(1009)
  expect(await outcome(eve, 'test.localnet.eve')).toBe('fulfilled')
})

test('a sender hears T01 when the receiver vanishes with its packet', async () => {
  const network = await localnet()
  const alice = await connect(network.url('alice'))
  const bob = await RawClient.login(network.port, 'bob')
  const waiting = outcome(alice, 'test.localnet.bob')
  expect((await bob.next()).type).toBe(Type.TYPE_MESSAGE)
  bob.vanish()
  expect(await waiting).toBe('T01')
})

test('a sender that vanishes is missed by nobody', async () => {
  const network = await localnet()
  const alice = await RawClient.login(network.port, 'alice')
  const bob = await RawClient.login(network.port, 'bob')
  alice.sendIlp(1, prepare('test.localnet.bob'))
  const request = await bob.next()
  alice.vanish()
  await expect.poll(() => network.accounts().find(({ name }) => name === 'alice')?.connections).toBe(0)
  const reject = serializeIlpReject({ code: 'F99', triggeredBy: '', message: '', data: Buffer.alloc(0) })
  bob.send(serializeResponse(request.requestId, [{ protocolName: 'ilp', contentType: 0, data: reject }]))
  await expect.poll(() => network.stats().inFlight).toBe(0)
})

test.each([
  ['an empty response', (id: number) => serializeResponse(id, [])],
  ['noise', (id: number) => serializeResponse(id, [{ protocolName: 'ilp', contentType: 0, data: randomBytes(9) }])],
  [
    'a Prepare',
    (id: number) => serializeResponse(id, [{ protocolName: 'ilp', contentType: 0, data: prepare('test.x') }]),
  ],
  [
    'a BTP error',
    (id: number) =>
      serialize({
        type: Type.TYPE_ERROR,
        requestId: id,
        data: { code: 'F00', name: 'x', triggeredAt: new Date().toISOString(), data: '', protocolData: [] },
      }),
  ],
])('a receiver that answers with %s makes it T01', async (_, answer) => {
  const network = await localnet()
  const alice = await connect(network.url('alice'))
  const bob = await RawClient.login(network.port, 'bob')
  const waiting = outcome(alice, 'test.localnet.bob')
  bob.send(answer((await bob.next()).requestId))
  expect(await waiting).toBe('T01')
})

test('a plugin without a data handler makes it T01', async () => {
  const network = await localnet()
  const alice = await connect(network.url('alice'))
  await connect(network.url('bob'))
  expect(await outcome(alice, 'test.localnet.bob')).toBe('T01')
})

test('a receiver that answers with a wrong preimage makes it F05', async () => {
  const network = await localnet()
  const alice = await connect(network.url('alice'))
  const bob = await connect(network.url('bob'))
  bob.registerDataHandler(async () => serializeIlpFulfill({ fulfillment: randomBytes(32), data: Buffer.alloc(0) }))
  expect(await outcome(alice, 'test.localnet.bob')).toBe('F05')
})

test('a receiver that never answers costs the sender no more than the expiry', async () => {
  const network = await localnet()
  const alice = await connect(network.url('alice'))
  const bob = await RawClient.login(network.port, 'bob')
  // The connector keeps a second of it; a machine that is late by as much again is still in time.
  const waiting = outcome(alice, 'test.localnet.bob', { expiresInMs: 3000 })
  const { requestId } = await bob.next()
  expect(await waiting).toBe('R00')
  bob.send(serializeResponse(requestId, []))
  expect(await outcome(alice, 'test.localnet.nobody')).toBe('F02')
})

test('a client that does not read is cut off before it fills the memory', async () => {
  const network = await localnet()
  const alice = await RawClient.login(network.port, 'alice')
  const bob = await RawClient.login(network.port, 'bob')
  bob.pause()
  const large = prepare('test.localnet.bob', { bytes: 32_000, expiresInMs: 60_000 })
  for (let i = 0; i < 1500; i++) alice.sendIlp(i, large)
  const { data } = await alice.next()
  const [ilp] = 'protocolData' in data ? data.protocolData : []
  expect(deserializeIlpReject(ilp?.data ?? Buffer.alloc(0)).code).toBe('T01')
  expect(network.accounts().find(({ name }) => name === 'bob')?.connections).toBe(0)
})

test('a second authentication on one connection changes nothing', async () => {
  const network = await localnet()
  const alice = await RawClient.login(network.port, 'alice')
  alice.send(auth(5, { auth_username: 'bob', ...token }))
  expect(errorOf(await alice.next())).toMatchObject({ requestId: 5, code: 'F00' })
  expect(network.accounts().map(({ name }) => name)).toEqual(['alice'])
})

test('random frames never take the network down', async () => {
  const network = await localnet()
  const eve = await connect(network.url('eve'))
  receive(eve)
  for (let round = 0; round < 20; round++) {
    const client = await RawClient.login(network.port, `c${round}`)
    for (let i = 0; i < 50; i++) {
      const frame = i % 2 ? randomBytes(i) : message({ ilp: prepare('test.localnet.eve') })
      const at = Math.floor(Math.random() * frame.length)
      if (i % 2 === 0) frame[at] = (frame[at] ?? 0) ^ (1 << (i % 8))
      client.send(frame)
    }
    if (round % 2) client.vanish()
  }
  expect(await outcome(eve, 'test.localnet.eve')).toBe('fulfilled')
})

test('a plain HTTP request is told what this is', async () => {
  const network = await localnet()
  const status = await new Promise((resolve, reject) => {
    get(`http://localhost:${network.port}/`, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })
  expect(status).toBe(426)
})
