import { expect, onTestFinished, test } from 'vitest'
import { inFakeTime } from '../connected.js'
import { pluginPair } from '../plugin-pair.js'
import { distant, ROUND_TRIP, virtualTime } from './distant.js'
import { ours, predecessor, type Peer, type PeerConnection, type PeerStream } from './peers.js'

interface FirstPayment {
  /** Round trips after the call of `createConnection`. */
  readonly received: number
  readonly known: number
  /** Prepares of STREAM sent until then. */
  readonly packets: number
}

async function firstPayment(client: Peer, server: Peer, options: object): Promise<FirstPayment> {
  const now = virtualTime()
  const pair = pluginPair({ rate: 0.5, maxAmount: 1_000_000n })
  const listener = await server.createServer({ plugin: pair.server, disconnectDelay: 1 })
  onTestFinished(() => inFakeTime(listener.close()))
  let received = NaN
  listener.on('connection', (connection: PeerConnection) => {
    connection.on('error', () => {})
    connection.on('stream', (stream: PeerStream) => {
      stream.on('money', () => (received = now()))
      stream.setReceiveMax(1_000)
    })
  })
  const { plugin, sent } = distant(pair.client)
  const pay = async () => {
    const connection = await client.createConnection({ plugin, ...listener.generateAddressAndSecret(), ...options })
    await connection.createStream().sendTotal(1_000)
    return { connection, known: now(), packets: sent() }
  }
  const { connection, known, packets } = await inFakeTime(pay())
  expect(connection).toMatchObject({ totalSent: '1000', totalDelivered: '500' })
  await inFakeTime(connection.destroy())
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
