// Pays 100,000 units over a network that has 50,000 a second to give, with a congestion controller of our own.
import { startLocalnet } from '@stream/localnet'
import { createConnection, createServer } from 'ilp-protocol-stream'
import { gentle } from './gentle.js'

const network = await startLocalnet({
  port: 0,
  roundTripMs: 20,
  maxPacketAmount: 1000,
  liquidity: { rate: 50_000, burst: 5_000 },
})
process.env.ILP_BTP_SERVER = `btp+ws://localhost:${network.port}` // where the default plugin connects to

const server = await createServer()
server.on('connection', (connection) => {
  connection.on('stream', (stream) => stream.setReceiveMax(100_000))
})

const connection = await createConnection({ ...server.generateAddressAndSecret(), congestionController: gentle() })
await connection.createStream().sendTotal(100_000)
console.log(`sent ${connection.totalSent}`)

await connection.end()
await server.close()
await network.close()
