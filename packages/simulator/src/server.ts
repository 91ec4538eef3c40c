import { Endpoint, type Connection, type ConnectionEvent } from '@stream/connection'
import { serverCredentials, type ServerCredentials, type TokenReading } from '@stream/crypto'
import { bottleneckRate } from '@stream/flow'
import type { IlpAddress } from '@stream/frames/ilp'
import type { ConnectionSetup } from './client.js'
import { ConnectionDriver } from './connection-driver.js'
import type { AttachOptions, Attachment, Network } from './network.js'

export interface AcceptedConnection {
  readonly driver: ConnectionDriver
  /** The segment of the address that names it. */
  readonly token: string
  /** What the server hid in the token. */
  readonly reading: TokenReading
}

export interface ServerOptions extends AttachOptions {
  /** 32 bytes. Default: drawn from the seed and the address, so a server that comes back there knows its tokens. */
  readonly serverSecret?: Uint8Array
  /** For every connection. Default: `bottleneckRate()` and the core's own defaults. */
  readonly connection?: ConnectionSetup
  /** Called before the first packet of a new connection takes effect. */
  readonly onConnection?: (accepted: AcceptedConnection) => void
  /** Hears everything that happens to any connection; may change it through `driver.run`. */
  readonly onEvent?: (event: ConnectionEvent, driver: ConnectionDriver) => void
}

export interface SimulatedServer {
  readonly attachment: Attachment
  readonly endpoint: Endpoint
  /** Those that are open, by token. */
  readonly connections: ReadonlyMap<string, AcceptedConnection>
  /** Credentials for one new client. */
  createCredentials(contents?: Parameters<ServerCredentials['create']>[0]): {
    readonly destination: IlpAddress
    readonly sharedSecret: Uint8Array
  }
}

/** A server with its place in the network: accepts whoever holds credentials that it made. */
export const simulateServer = (network: Network, options: ServerOptions): SimulatedServer => {
  const { address, connection: setup, onConnection = () => {}, onEvent = () => {} } = options
  const { scheduler } = network
  const crypto = network.cryptoFor(address)
  const credentials = serverCredentials(crypto, options.serverSecret ?? network.secretFor(address))
  const drivers = new WeakMap<Connection, ConnectionDriver>()
  const connections = new Map<string, AcceptedConnection>()

  const attachment = network.attach(options, (prepare, reply) => {
    const routed = endpoint.route(scheduler.now, prepare)
    if ('reject' in routed) return reply({ ...routed.reject, triggeredBy: address })
    const { connection, isNew, token, reading, plaintext } = routed
    const driver = drivers.get(connection) ?? drive(connection, token)
    if (isNew) {
      connections.set(token, { driver, token, reading })
      onConnection({ driver, token, reading })
    }
    driver.receive(prepare, reply, plaintext)
  })
  const endpoint = new Endpoint({
    crypto,
    credentials,
    address,
    connectionOptions: () => ({ congestion: bottleneckRate(), ...setup, asset: attachment.asset }),
  })

  const drive = (connection: Connection, token: string): ConnectionDriver => {
    const driver = new ConnectionDriver(connection, attachment.send, scheduler, (event) => {
      onEvent(event, driver)
      if (event.type !== 'closed') return
      connections.delete(token)
      endpoint.onClosed(scheduler.now, token)
    })
    drivers.set(connection, driver)
    return driver
  }

  return {
    attachment,
    endpoint,
    connections,
    createCredentials: (contents) => {
      const { token, sharedSecret } = credentials.create(contents)
      return { destination: `${address}.${token}`, sharedSecret }
    },
  }
}
