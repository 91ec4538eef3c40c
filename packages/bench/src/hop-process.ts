import { startLocalnet } from '@stream/localnet'
import ilpPluginBtp from 'ilp-plugin-btp'
import { PLENTY } from './contenders/connected.js'
import { load, type Connection, type ImplementationName, type Stream } from './contenders/implementation.js'

/** The network or the server of the hop over BTP; the client is the worker that started this process. */
const [role, ...args] = process.argv.slice(2)
process.once('disconnect', () => process.exit())

if (role === 'network') await runNetwork(BigInt(args[0]!))
else await runServer(args[0] as ImplementationName, args[1]!)

async function runNetwork(maxPacketAmount: bigint): Promise<void> {
  const network = await startLocalnet({ port: 0, maxPacketAmount })
  process.send?.({ client: network.url('client'), server: network.url('server') })
}

async function runServer(name: ImplementationName, url: string): Promise<void> {
  const server = await (await load(name)).createServer({ plugin: new ilpPluginBtp.default({ server: url }) })
  let accepted: Connection | undefined
  server.on('connection', (connection: Connection) => {
    accepted = connection
    connection.on('stream', (stream: Stream) => stream.setReceiveMax(PLENTY))
  })
  const { destinationAccount, sharedSecret } = server.generateAddressAndSecret()
  process.send?.({ destinationAccount, sharedSecret: sharedSecret.toString('hex') })
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ received: accepted?.totalReceived ?? '0', cpu: user + system })
  })
}
