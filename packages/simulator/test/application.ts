import { nodeCrypto } from '@stream/crypto/node'
import type { ConnectionEvent, StreamStats } from '@stream/connection'
import {
  simulateClient,
  simulateNetwork,
  simulateServer,
  type ClientOptions,
  type ConnectionDriver,
  type Network,
  type NetworkOptions,
  type ServerOptions,
  type SimulatedClient,
  type SimulatedServer,
} from '../src/index.js'

/** Takes all money and all bytes it is sent, and keeps the bytes. */
class WillingApplication {
  readonly events: ConnectionEvent[] = []
  readonly bytes = new Map<number, number[]>()

  readonly onEvent = (event: ConnectionEvent, driver: ConnectionDriver): void => {
    this.events.push(event)
    if (event.type === 'streamOpened') driver.run((c) => c.setReceiveMax(event.streamId, 2n ** 64n - 1n))
    if (event.type !== 'readable') return
    const collected = this.bytes.get(event.streamId) ?? []
    this.bytes.set(event.streamId, collected)
    for (let piece; (piece = driver.run((c) => c.read(event.streamId, 65_536))) !== undefined;) collected.push(...piece)
  }

  types(): string[] {
    return this.events.map(({ type }) => type)
  }

  /** Whether exactly these bytes have come on the stream. Comparing them one by one in an assertion takes far longer. */
  received(streamId: number, bytes: Uint8Array): boolean {
    return Buffer.compare(Uint8Array.from(this.bytes.get(streamId) ?? []), bytes) === 0
  }

  sum(type: 'moneySent' | 'moneyReceived'): bigint {
    return this.events.reduce((sum, event) => (event.type === type ? sum + event.amount : sum), 0n)
  }
}

export interface Pair {
  readonly network: Network
  readonly client: SimulatedClient
  readonly server: SimulatedServer
  readonly sender: WillingApplication
  readonly receiver: WillingApplication
}

/** A client and a server behind one connector, or as far apart as the options say. */
export const connectedPair = (
  options: { network?: NetworkOptions; client?: Partial<ClientOptions>; server?: Partial<ServerOptions> } = {},
): Pair => {
  const network = simulateNetwork({ crypto: nodeCrypto, ...options.network })
  const sender = new WillingApplication()
  const receiver = new WillingApplication()
  const server = simulateServer(network, {
    address: 'test.connector.bob',
    onEvent: receiver.onEvent,
    ...options.server,
  })
  const client = simulateClient(network, {
    address: 'test.connector.alice',
    credentials: server.createCredentials(),
    onEvent: sender.onEvent,
    ...options.client,
  })
  return { network, client, server, sender, receiver }
}

/** Opens a stream and sets its sendMax and bytes; what could not be written at once follows when there is room. */
export const sendOn = ({ driver }: SimulatedClient, amount: bigint, bytes = new Uint8Array(0)): number =>
  driver.run((connection) => {
    const streamId = connection.openStream()
    if (streamId === undefined) throw new Error('the peer allows no more streams')
    if (amount > 0n) connection.setSendMax(streamId, amount)
    if (bytes.length > 0 && connection.write(streamId, bytes) < bytes.length)
      throw new Error('more bytes than fit at once')
    return streamId
  })

export const streamOf = ({ driver }: SimulatedClient, streamId: number): StreamStats => {
  const stats = driver.connection.streamStats(streamId)
  if (stats === undefined) throw new Error(`no stream ${streamId}`)
  return stats
}
