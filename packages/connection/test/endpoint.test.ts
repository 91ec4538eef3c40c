import { describe, expect, test } from 'vitest'
import { packetProtection, serverCredentials } from '@stream/crypto'
import { verifyReceipt } from '@stream/crypto/receipt'
import { seededCrypto } from '@stream/crypto/testing'
import { aimd } from '@stream/flow'
import { decodePacket, encodePacket, FrameType, IlpPacketType, type Frame } from '@stream/frames'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import { Endpoint, type Connection, type EndpointOptions } from '../src/index.js'
import { pattern } from './disorder.js'

const crypto = seededCrypto('endpoint')
const ADDRESS = 'test.server'
const HELLO: Frame = { type: FrameType.ConnectionNewAddress, sourceAccount: 'test.client' }

interface Packet {
  readonly sequence: number
  readonly frames?: readonly Frame[]
  readonly amount?: bigint
  readonly destination?: string
}

/** A server with some clients that speak to it packet by packet, each answered at once. */
class World {
  now = 1_000
  readonly credentials = serverCredentials(crypto, crypto.randomBytes(32))
  readonly endpoint: Endpoint
  readonly created: Connection[] = []
  constructor(options: Partial<EndpointOptions> = {}) {
    this.endpoint = new Endpoint({
      crypto,
      credentials: this.credentials,
      address: ADDRESS,
      connectionOptions: () => ({ asset: { code: 'USD', scale: 2 }, congestion: aimd() }),
      ...options,
    })
  }

  client(contents?: Parameters<World['credentials']['create']>[0]): Client {
    return new Client(this, this.credentials.create(contents))
  }

  receive(prepare: IlpPrepare): IlpReply {
    const routed = this.endpoint.route(this.now, prepare)
    if ('reject' in routed) return routed.reject
    const { connection, token, plaintext } = routed
    if (routed.isNew) this.created.push(connection)
    let answer: IlpReply | undefined
    connection.handleInput(this.now, { type: 'prepare', id: 0, prepare, plaintext })
    for (;;) {
      const output = connection.pollOutput(this.now)
      if (output.type === 'timeout') break
      if (output.type === 'reply') answer = output.reply
      if (output.type === 'event' && output.event.type === 'streamOpened')
        connection.setReceiveMax(output.event.streamId, 1n << 60n)
      if (output.type === 'event' && output.event.type === 'closed') this.endpoint.onClosed(this.now, token)
    }
    return answer!
  }
}

class Client {
  readonly address: string
  readonly protection
  constructor(
    private readonly world: World,
    readonly credentials: { readonly token: string; readonly sharedSecret: Uint8Array },
  ) {
    this.address = `${ADDRESS}.${credentials.token}`
    this.protection = packetProtection(crypto, credentials.sharedSecret)
  }

  prepare({ sequence, frames = [], amount = 0n, destination = this.address }: Packet): IlpPrepare {
    const contents = { ilpPacketType: IlpPacketType.Prepare, sequence, prepareAmount: amount, frames }
    const data = this.protection.seal(encodePacket(contents))
    const executionCondition = this.protection.condition(this.protection.fulfillment(data))
    return { amount, destination, data, executionCondition, expiresAt: this.world.now + 30_000 }
  }

  send(packet: Packet): IlpReply {
    return this.world.receive(this.prepare(packet))
  }

  framesOf(reply: IlpReply): readonly Frame[] {
    const plaintext = this.protection.open(reply.data)
    return plaintext === undefined ? [] : decodePacket(plaintext).frames
  }
}

const money: Frame = { type: FrameType.StreamMoney, streamId: 1, shares: 1n }
const close: Frame = { type: FrameType.ConnectionClose, errorCode: 1, errorMessage: '' }
const refusal = (code: string) => ({ type: 'reject', code, triggeredBy: '', message: '', data: new Uint8Array(0) })

describe('an endpoint', () => {
  // RFC 0029 4.2-3
  test('makes one connection for each credential and finds it again', () => {
    const world = new World()
    const [a, b] = [world.client(), world.client()]
    for (let sequence = 1; sequence <= 5; sequence++) {
      expect(a.send({ sequence, frames: [HELLO, money], amount: 10n }).type).toBe('fulfill')
      expect(b.send({ sequence, frames: [HELLO, money], amount: 1n }).type).toBe('fulfill')
    }
    expect(world.created.map((connection) => connection.stats().totalReceived)).toEqual([50n, 5n])
    expect(world.endpoint.connectionCount).toBe(2)
  })

  // RFC 0029 4.2-1
  test('takes the first segment behind its account and leaves the rest to the application', () => {
    const world = new World()
    const client = world.client()
    for (const [i, rest] of ['', '.a', '.a.b-c~d', `.${client.credentials.token}`].entries()) {
      expect(client.send({ sequence: i + 1, destination: client.address + rest }).type).toBe('fulfill')
    }
    expect(world.created).toHaveLength(1)
  })

  test('knows canonical tokens only (E6, S3)', () => {
    const world = new World()
    const client = world.client()
    const { token } = client.credentials
    expect(client.send({ sequence: 1 }).type).toBe('fulfill')
    const last = token.at(-1)!
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const aliases = [
      `${token}=`,
      `${token}~`,
      token.replace(/-/g, '+'),
      token.replace(/_/g, '/'),
      token.slice(0, -1),
      `${token}A`,
    ]
    // The last character of 49 bytes in base64 has two bits that mean nothing.
    for (const character of alphabet) if (character !== last) aliases.push(token.slice(0, -1) + character)
    for (const alias of aliases.filter((text) => text !== token)) {
      expect(client.send({ sequence: 1, destination: `${ADDRESS}.${alias}` })).toEqual(refusal('F02'))
    }
    expect(world.created).toHaveLength(1)
  })

  test.each([
    'test.server',
    'test.server.',
    'test.server._',
    'test.server.__proto__',
    'test.server.constructor',
    'test.server.toString',
    'test.serverx.TOKEN',
    'test.serve.TOKEN',
    'test.other.TOKEN',
    'test.server._.TOKEN',
    'test.server..TOKEN',
    'TOKEN',
  ])('refuses %s with F02 and no word more', (destination) => {
    const world = new World()
    const client = world.client()
    const to = destination.replace('TOKEN', client.credentials.token)
    expect(client.send({ sequence: 1, destination: to, frames: [HELLO] })).toEqual(refusal('F02'))
    expect(world.created).toEqual([])
    expect(client.send({ sequence: 1 }).type).toBe('fulfill')
    expect(client.send({ sequence: 2, destination: to })).toEqual(refusal('F02'))
  })

  test('makes none for a packet that has expired: it may have been held back by anyone for any time (C7)', () => {
    const world = new World()
    const client = world.client()
    const old = client.prepare({ sequence: 1, frames: [HELLO] })
    world.now += 30_000
    expect(world.receive(old)).toEqual(refusal('R00'))
    expect(world.endpoint.connectionCount).toBe(0)
    expect(client.send({ sequence: 2, frames: [HELLO] }).type).toBe('fulfill')
  })

  test('makes none for a packet whose answer would come too late: nobody would hear of it again', () => {
    const world = new World()
    const client = world.client()
    const late = client.prepare({ sequence: 1, frames: [HELLO] })
    world.now += 29_850
    expect(world.receive(late)).toEqual(refusal('R00'))
    expect(world.endpoint.connectionCount).toBe(0)
    expect(world.created).toEqual([])
    const inTime = client.prepare({ sequence: 2, frames: [HELLO] })
    world.now += 29_700
    expect(world.receive(inTime).type).toBe('fulfill')
    expect(world.created).toHaveLength(1)
  })

  // RFC 0029 4.2-2, 5.1-1
  test('refuses what does not open with F06, whether the connection lives or not (E8)', () => {
    const world = new World()
    const [client, stranger] = [world.client(), world.client()]
    const garbage = { ...stranger.prepare({ sequence: 1 }), destination: client.address }
    expect(world.receive(garbage)).toEqual(refusal('F06'))
    expect(world.created).toEqual([])
    client.send({ sequence: 1 })
    expect(world.receive(garbage)).toEqual(refusal('F06'))
    client.send({ sequence: 2, frames: [close] })
    expect(world.created[0]!.state).toBe('closed')
    expect(world.receive(garbage)).toEqual(refusal('F06'))
    expect(world.created).toHaveLength(1)
  })

  test('has no more connections than allowed, closed ones that it remembers included (E5)', () => {
    const world = new World({ maxConnections: 3 })
    const clients = Array.from({ length: 4 }, () => world.client())
    for (const client of clients.slice(0, 3)) expect(client.send({ sequence: 1 }).type).toBe('fulfill')
    expect(clients[3]!.send({ sequence: 1 })).toEqual(refusal('T03'))
    clients[0]!.send({ sequence: 2, frames: [close] })
    expect(world.endpoint.connectionCount).toBe(2)
    expect(clients[3]!.send({ sequence: 2 })).toEqual(refusal('T03'))
    world.now += 30_000
    expect(clients[3]!.send({ sequence: 3 }).type).toBe('fulfill')
    expect(clients[1]!.send({ sequence: 2 }).type).toBe('fulfill')
    expect(world.endpoint.connectionCount).toBe(3)
  })

  // RFC 0039 2.1-2, 2.3-1, 2.3-2
  test('proves what it received with the receipts its token asks for', () => {
    const world = new World()
    const [receiptNonce, receiptSecret] = [crypto.randomBytes(16), crypto.randomBytes(32)]
    const client = world.client({ receiptNonce, receiptSecret })
    for (const [sequence, total] of [
      [1, 7n],
      [2, 14n],
    ] as const) {
      const frames = client.framesOf(client.send({ sequence, amount: 7n, frames: [money] }))
      const receipt = frames.find((frame) => frame.type === FrameType.StreamReceipt)!.receipt
      expect(verifyReceipt(crypto, receipt, receiptSecret)).toMatchObject({
        nonce: receiptNonce,
        streamId: 1,
        totalReceived: total,
      })
    }
  })
})

describe('a connection that has ended', () => {
  function ended(packets = 3): { world: World; client: Client; old: IlpPrepare[] } {
    const world = new World()
    const client = world.client()
    const old = Array.from({ length: packets }, (_, i) =>
      client.prepare({ sequence: i + 1, frames: [HELLO, money], amount: 10n }),
    )
    for (const prepare of old) expect(world.receive(prepare).type).toBe('fulfill')
    client.send({ sequence: packets + 1, frames: [close] })
    expect(world.created[0]!.state).toBe('closed')
    return { world, client, old }
  }

  test('is not brought back by its old packets (C7)', () => {
    const { world, client, old } = ended(200)
    for (const prepare of old) world.receive({ ...prepare, expiresAt: world.now + 30_000 })
    world.now += 20_000
    for (const prepare of old) world.receive({ ...prepare, expiresAt: world.now + 30_000 })
    // One that was on its way for long.
    client.send({ sequence: 150 })
    client.send({ sequence: 300, frames: [{ type: FrameType.StreamData, streamId: 3, offset: 0, data: pattern(5) }] })
    expect(world.created).toHaveLength(1)
    expect(world.created[0]!.stats().totalReceived).toBe(2_000n)
    expect(world.endpoint.connectionCount).toBe(0)
  })

  test('is not brought back by a straggler that introduces its sender, as all packets before the first answer do', () => {
    const world = new World()
    const client = world.client()
    client.send({ sequence: 1, frames: [HELLO] })
    client.send({ sequence: 4, frames: [close] })
    expect(world.endpoint.connectionCount).toBe(0)
    const reply = client.send({ sequence: 3, frames: [HELLO, money], amount: 5n })
    expect(reply).toMatchObject({ type: 'reject', code: 'F99' })
    expect(world.created).toHaveLength(1)
    expect(world.endpoint.connectionCount).toBe(0)
  })

  test('is not brought back by what its key opens but what is no packet', () => {
    const { world, client } = ended()
    const data = client.protection.seal(pattern(20))
    const executionCondition = client.protection.condition(client.protection.fulfillment(data))
    expect(world.receive({ ...client.prepare({ sequence: 1 }), data, executionCondition })).toMatchObject({
      code: 'F06',
    })
    expect(world.created).toHaveLength(1)
    expect(world.endpoint.connectionCount).toBe(0)
  })

  test('tells stragglers that it has', () => {
    const { world, client } = ended()
    const reply = client.send({ sequence: 9, frames: [money], amount: 5n })
    expect(reply).toMatchObject({ type: 'reject', code: 'F99' })
    expect(client.framesOf(reply)).toEqual([close])
    expect(world.created).toHaveLength(1)
  })

  test('gives way to a new client with the same credentials, at once', () => {
    const { world, client } = ended(200)
    for (let sequence = 1; sequence <= 5; sequence++) {
      expect(client.send({ sequence, frames: [HELLO, money], amount: 3n }).type).toBe('fulfill')
    }
    expect(world.created).toHaveLength(2)
    expect(world.created[1]!.stats().totalReceived).toBe(15n)
    expect(world.endpoint.connectionCount).toBe(1)
    world.now += 60_000
    expect(client.send({ sequence: 6, frames: [money], amount: 3n }).type).toBe('fulfill')
    expect(world.created).toHaveLength(2)
  })

  test('gives way to a new client that does not introduce itself', () => {
    const { world, client } = ended()
    expect(client.send({ sequence: 1, frames: [money], amount: 3n }).type).toBe('fulfill')
    expect(world.created).toHaveLength(2)
  })

  test('is forgotten after a while', () => {
    const { world, client } = ended()
    world.now += 30_000
    world.client().send({ sequence: 1 })
    expect(client.send({ sequence: 20 }).type).toBe('fulfill')
    expect(world.created).toHaveLength(3)
  })

  test('is told late without harm to the one that took its place', () => {
    const { world, client } = ended()
    client.send({ sequence: 1, frames: [HELLO] })
    world.endpoint.onClosed(world.now, client.credentials.token)
    expect(world.endpoint.connectionCount).toBe(1)
    world.now += 40_000
    world.client().send({ sequence: 1 })
    client.send({ sequence: 2 })
    expect(world.created).toHaveLength(3)
  })
})
