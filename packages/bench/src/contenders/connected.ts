import type { Hub } from '../network/hub.js'
import { load, type Connection, type ImplementationName, type Server, type Stream } from './implementation.js'

/** Units a stream may send or receive in a run: more than any run lasts for. */
export const PLENTY = '1000000000000000'

export interface Connected {
  readonly server: Server
  readonly client: Connection
  /** What arrives at the server's streams is consumed by `onStream`. */
  readonly accepted: Promise<Connection>
}

/** A client and a server of one implementation at two accounts of a network. */
export async function connected(
  name: ImplementationName,
  hub: Hub,
  onStream: (stream: Stream) => void,
): Promise<Connected> {
  const implementation = await load(name)
  const server = await implementation.createServer({ plugin: hub.account('server'), maxRemoteStreams: 1000 })
  const accepted = new Promise<Connection>((resolve) => {
    server.once('connection', (connection: Connection) => {
      connection.on('stream', onStream)
      resolve(connection)
    })
  })
  const client = await implementation.createConnection({
    plugin: hub.account('client'),
    ...server.generateAddressAndSecret(),
  })
  return { server, client, accepted }
}
