import { describe, expect, test } from 'vitest'
import { packetProtection, serverCredentials } from '@stream/crypto'
import { seededCrypto } from '@stream/crypto/testing'
import { aimd } from '@stream/flow'
import { decodePacket, encodePacket, ErrorCode, FrameType, IlpPacketType, type Frame } from '@stream/frames'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import { Endpoint, type Connection, type ConnectionEvent, type EndpointOptions } from '../src/index.js'
import { money } from './wire.js'

const crypto = seededCrypto('limited credentials')
const credentials = serverCredentials(crypto, crypto.randomBytes(32))
const EXPIRED = {
  type: FrameType.ConnectionClose,
  errorCode: ErrorCode.ApplicationError,
  errorMessage: 'The address has expired; ask for a new one',
}

/** A server, and a client that speaks to it packet by packet. */
class World {
  now = 1_000
  readonly endpoint: Endpoint
  readonly events: ConnectionEvent[] = []
  readonly made: Connection[] = []
  readonly #address: string
  readonly #protection
  #sequence = 0

  constructor(contents: Parameters<typeof credentials.create>[0], options: Partial<EndpointOptions> = {}) {
    this.endpoint = new Endpoint({
      crypto,
      credentials,
      address: 'test.server',
      connectionOptions: () => ({ asset: { code: 'USD', scale: 2 }, congestion: aimd() }),
      ...options,
    })
    const { token, sharedSecret } = credentials.create(contents)
    this.#address = `test.server.${token}`
    this.#protection = packetProtection(crypto, sharedSecret)
  }

  /** One packet of the client. The server lets every stream be paid without limit of its own. */
  send(amount = 0n, frames: readonly Frame[] = []): { code: string; frames: readonly Frame[] } {
    const contents = { ilpPacketType: IlpPacketType.Prepare, sequence: ++this.#sequence, prepareAmount: amount, frames }
    const data = this.#protection.seal(encodePacket(contents))
    const executionCondition = this.#protection.condition(this.#protection.fulfillment(data))
    const expiresAt = this.now + 30_000
    const reply = this.#receive({ amount, destination: this.#address, data, executionCondition, expiresAt })
    const plaintext = this.#protection.open(reply.data)
    return {
      code: reply.type === 'fulfill' ? 'fulfilled' : reply.code,
      frames: plaintext === undefined ? [] : decodePacket(plaintext).frames,
    }
  }

  #receive(prepare: IlpPrepare): IlpReply {
    const routed = this.endpoint.route(this.now, prepare)
    if ('reject' in routed) return routed.reject
    const { connection, token, plaintext } = routed
    if (routed.isNew) this.made.push(connection)
    let reply: IlpReply | undefined
    connection.handleInput(this.now, { type: 'prepare', id: 0, prepare, plaintext })
    for (;;) {
      const output = connection.pollOutput(this.now)
      if (output.type === 'timeout') break
      if (output.type === 'reply') reply = output.reply
      if (output.type !== 'event') continue
      this.events.push(output.event)
      if (output.event.type === 'streamOpened') connection.setReceiveMax(output.event.streamId, 1n << 60n)
      if (output.event.type === 'closed') this.endpoint.onClosed(this.now, token)
    }
    return reply!
  }
}

const pay = (world: World, amount: bigint, streamId = 1): string => world.send(amount, [money(streamId, 1n)]).code

describe('an address that expires', () => {
  test('is like any other until then', () => {
    const world = new World({ expiresAt: 5_000 })
    world.now = 4_999
    expect(pay(world, 10n)).toBe('fulfilled')
  })

  test.each([5_000, 1e9])('makes no connection from then on (at %i), and tells its client why', (now) => {
    const world = new World({ expiresAt: 5_000 })
    world.now = now
    expect(world.send(10n, [money(1, 1n)])).toEqual({ code: 'F99', frames: [EXPIRED] })
    expect(world.made).toEqual([])
    expect(world.endpoint.connectionCount).toBe(0)
  })

  test.each([1, 2, 3])('ends the connection it has made, when it carried %i packets', (packets) => {
    const world = new World({ expiresAt: 5_000 })
    for (let i = 0; i < packets; i++) expect(pay(world, 10n)).toBe('fulfilled')
    world.now = 5_000
    expect(world.send(10n, [money(1, 1n)])).toEqual({ code: 'F99', frames: [EXPIRED] })
    expect(world.made[0]!.stats().totalReceived).toBe(BigInt(packets) * 10n)
    const { errorCode, errorMessage } = EXPIRED
    expect(world.events.at(-1)).toEqual({ type: 'closed', reason: { by: 'local', errorCode, errorMessage } })
    world.now += 60_000
    expect(world.send().frames).toEqual([EXPIRED])
    expect(world.made).toHaveLength(1)
  })

  test('expires in wall time, whatever instants count from', () => {
    const world = new World({ expiresAt: 1_800_000_000_000 }, { toEpoch: (at) => at + 1_799_999_999_000 - 1_000 })
    expect(pay(world, 10n)).toBe('fulfilled')
    world.now += 1_000
    expect(pay(world, 10n)).toBe('F99')
  })

  test('tells nothing to who does not hold its secret', () => {
    const { token } = credentials.create({ expiresAt: 1 })
    const world = new World({})
    const prepare = {
      amount: 0n,
      destination: `test.server.${token}`,
      executionCondition: new Uint8Array(32),
      data: new Uint8Array(60),
      expiresAt: 9_000,
    }
    expect(world.endpoint.route(world.now, prepare)).toMatchObject({ reject: { code: 'F06', data: new Uint8Array(0) } })
  })
})

describe('an address with a receiveMax', () => {
  test('takes no more than that, and tells its client', () => {
    const world = new World({ receiveMax: 100n })
    const { code, frames } = world.send(60n, [money(1, 1n)])
    expect(code).toBe('fulfilled')
    expect(frames).toContainEqual({
      type: FrameType.StreamMaxMoney,
      streamId: 1,
      receiveMax: 100n,
      totalReceived: 60n,
    })
    expect(pay(world, 41n)).toBe('F99')
    expect(pay(world, 40n)).toBe('fulfilled')
    expect(pay(world, 1n)).toBe('F99')
  })

  test('takes no more on several streams together', () => {
    const world = new World({ receiveMax: 100n })
    expect([pay(world, 60n, 1), pay(world, 60n, 3), pay(world, 40n, 5), pay(world, 1n, 3)]).toEqual([
      'fulfilled',
      'F99',
      'fulfilled',
      'F99',
    ])
    expect(world.made[0]!.stats().totalReceived).toBe(100n)
  })

  test('takes no more in packets that wait for a decision', () => {
    const options = { asset: { code: 'USD', scale: 2 }, congestion: aimd(), offerMoney: true }
    const world = new World({ receiveMax: 100n }, { connectionOptions: () => options })
    pay(world, 0n)
    const offered = (): number => world.events.filter(({ type }) => type === 'moneyOffered').length
    const data = [60n, 60n, 40n].map((amount) => {
      try {
        return pay(world, amount)
      } catch {
        return 'waits'
      }
    })
    expect(data).toEqual(['waits', 'F99', 'waits'])
    expect(offered()).toBe(2)
  })

  test('and a server with a lower one take the lower', () => {
    const options = { asset: { code: 'USD', scale: 2 }, congestion: aimd(), limits: { receiveMax: 50n } }
    for (const receiveMax of [100n, undefined]) {
      const world = new World({ receiveMax }, { connectionOptions: () => options })
      expect([pay(world, 51n), pay(world, 50n)]).toEqual(['F99', 'fulfilled'])
    }
  })
})

test('an address with a number of packets ends its connection when they are used up', () => {
  const world = new World({ maxPackets: 10 })
  const codes = Array.from({ length: 12 }, () => pay(world, 1n))
  expect(codes.slice(0, 8)).toEqual(Array(8).fill('fulfilled'))
  expect(codes.slice(9)).toEqual(Array(3).fill('F99'))
  expect(world.events.at(-1)).toMatchObject({ type: 'closed', reason: { by: 'packetLimit' } })
})
