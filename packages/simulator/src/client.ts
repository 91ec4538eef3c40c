import { Connection, type ConnectionEvent, type ConnectionOptions } from '@stream/connection'
import { packetProtection } from '@stream/crypto'
import { bottleneckRate } from '@stream/flow'
import type { IlpAddress } from '@stream/frames/ilp'
import { ConnectionDriver } from './connection-driver.js'
import type { AttachOptions, Attachment, Network } from './network.js'

/** What a simulated end leaves to its caller; roles, addresses, asset and keys are the network's business. */
export type ConnectionSetup = Partial<
  Omit<ConnectionOptions, 'role' | 'protection' | 'localAddress' | 'peerAddress' | 'asset' | 'createReceipt'>
>

export interface ClientOptions extends AttachOptions {
  /** What the server handed out. */
  readonly credentials: { readonly destination: IlpAddress; readonly sharedSecret: Uint8Array }
  /** Default: `bottleneckRate()` and the core's own defaults, without probing at the start. */
  readonly connection?: ConnectionSetup
  /** Hears everything that happens to the connection; may change it through `driver.run`. */
  readonly onEvent?: (event: ConnectionEvent, driver: ConnectionDriver) => void
}

export interface SimulatedClient {
  readonly driver: ConnectionDriver
  readonly attachment: Attachment
}

/** One client connection with its own place in the network. It begins to talk when something is changed through `driver.run`. */
export const simulateClient = (network: Network, options: ClientOptions): SimulatedClient => {
  const { credentials, connection: setup, onEvent = () => {} } = options
  const { scheduler } = network
  const attachment = network.attach(options, (prepare, reply) => driver.receive(prepare, reply))
  const connection = new Connection(
    {
      congestion: bottleneckRate(),
      ...setup,
      role: 'client',
      protection: packetProtection(network.cryptoFor(options.address), credentials.sharedSecret),
      localAddress: options.address,
      peerAddress: credentials.destination,
      asset: attachment.asset,
    },
    scheduler.now,
  )
  const driver = new ConnectionDriver(connection, attachment.send, scheduler, onEvent)
  return { driver, attachment }
}
