import { expect, onTestFinished, test } from 'vitest'
import type { Plugin } from '../../src/index.js'
import { settled } from '../connected.js'
import { pluginPair } from '../plugin-pair.js'
import { ours, predecessor, type Peer, type PeerConnection, type PeerStream } from './peers.js'

/** Milliseconds, there and back. */
const ROUND_TRIP = 50

/** Time that passes only when nothing is left to do in this instant, so that the protocol's waits are all it measures. */
class VirtualTime {
  now = 0
  #isOver = false
  readonly #wakeUps: { readonly at: number; readonly wake: () => void }[] = []

  wait(ms: number): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    return new Promise((wake) => this.#wakeUps.push({ at: this.now + ms, wake }))
  }

  /** Nothing waits any more. */
  end(): void {
    this.#isOver = true
    for (const { wake } of this.#wakeUps.splice(0)) wake()
  }

  async runUntil(promise: Promise<unknown>): Promise<void> {
    const state = { isSettled: false }
    const settle = (): void => void (state.isSettled = true)
    promise.then(settle, settle)
    while (!state.isSettled) {
      await settled(20)
      const next = this.#wakeUps.sort((a, b) => a.at - b.at).shift()
      if (next === undefined) continue // a server that takes its time, which costs none here
      this.now = next.at
      next.wake()
    }
  }
}

/** The plugin, half a round trip from what it is connected to; counts the Prepares of STREAM that it sends. */
function distant(plugin: Plugin, time: VirtualTime): { plugin: Plugin; sent: () => number } {
  const send = plugin.sendData.bind(plugin)
  let sent = 0
  plugin.sendData = async (data) => {
    if (!data.includes('peer.config')) sent++
    await time.wait(ROUND_TRIP / 2)
    const reply = await send(data)
    await time.wait(ROUND_TRIP / 2)
    return reply
  }
  return { plugin, sent: () => sent }
}

interface FirstPayment {
  /** Round trips after the call of `createConnection`. */
  readonly received: number
  readonly known: number
  /** Prepares of STREAM sent until then. */
  readonly packets: number
}

async function firstPayment(client: Peer, server: Peer, options: object): Promise<FirstPayment> {
  const time = new VirtualTime()
  const pair = pluginPair({ rate: 0.5, maxAmount: 1_000_000n })
  const listener = await server.createServer({ plugin: pair.server, disconnectDelay: 1 })
  onTestFinished(() => listener.close())
  let received = NaN
  listener.on('connection', (connection: PeerConnection) => {
    connection.on('error', () => {})
    connection.on('stream', (stream: PeerStream) => {
      stream.on('money', () => (received = time.now))
      stream.setReceiveMax(1_000)
    })
  })
  const { plugin, sent } = distant(pair.client, time)
  const pay = async () => {
    const connection = await client.createConnection({ plugin, ...listener.generateAddressAndSecret(), ...options })
    await connection.createStream().sendTotal(1_000)
    return { connection, known: time.now, packets: sent() }
  }
  const paying = pay()
  await time.runUntil(paying)
  const { connection, known, packets } = await paying
  expect(connection).toMatchObject({ totalSent: '1000', totalDelivered: '500' })
  time.end()
  await connection.destroy()
  return { received: received / ROUND_TRIP, known: known / ROUND_TRIP, packets }
}

const floor = { minimumExchangeRate: '0.49' }
const account = { sourceAccount: 'test.peerA', assetCode: 'ABC', assetScale: 9 }

test.each([ours, predecessor])(
  'with a known minimum rate the first money is at the receiver ($name) after 1.5 round trips, one packet in all',
  async (server) => {
    expect(await firstPayment(ours, server, floor)).toEqual({ received: 1.5, known: 2, packets: 1 })
  },
)

test.each([ours, predecessor])(
  'and one round trip sooner when we state our account (server: $name)',
  async (server) => {
    expect(await firstPayment(ours, server, { ...floor, ...account })).toEqual({ received: 0.5, known: 1, packets: 1 })
  },
)

test('a rate that is given starts as fast', async () => {
  expect(await firstPayment(ours, ours, { exchangeRate: 0.5 })).toEqual({ received: 1.5, known: 2, packets: 1 })
})

test('a rate that must be learned costs one round trip and three probes', async () => {
  expect(await firstPayment(ours, ours, {})).toEqual({ received: 2.5, known: 3, packets: 4 })
})

test('the predecessor knows no floor: it probes first, with five packets', async () => {
  expect(await firstPayment(predecessor, predecessor, floor)).toEqual({ received: 2.5, known: 3, packets: 6 })
})
