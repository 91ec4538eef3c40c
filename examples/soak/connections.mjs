// Ten thousand connections on one server, all of which pay and write in ten rounds, then are closed.
import { createConnection, createServer } from 'ilp-protocol-stream'
import { heapFaults, liveHeap, timerFaults } from './memory.mjs'
import { pluginPair } from './path.mjs'

const NAME = 'connections'
const ROUNDS = 10
/** Payments in a round: enough to fill in the first one what a connection remembers of its last packets. */
const PAYMENTS = 4
const AT_ONCE = 100
const MESSAGE = 'a few bytes for each round, so that both directions of a stream are in use'

const count = Number(process.argv[2])
const [left, right] = pluginPair()
let receivedUnits = 0
let receivedBytes = 0
const server = await createServer({ plugin: right })
server.on('connection', (connection) => {
  connection.on('stream', (stream) => {
    stream.setReceiveMax(Infinity)
    stream.on('money', (amount) => (receivedUnits += Number(amount)))
    stream.on('data', (chunk) => (receivedBytes += chunk.length))
  })
})

const before = liveHeap()
const startedAt = performance.now()
const streams = []
const connections = []
await inBatches(count, async () => {
  const connection = await createConnection({
    ...server.generateAddressAndSecret(),
    plugin: left,
    idleTimeout: 3_600_000,
  })
  connections.push(connection)
  streams.push(connection.createStream())
})
const samples = []
for (let round = 1; round <= ROUNDS; round++) {
  await inBatches(count, async (i) => {
    for (let payment = 1; payment <= PAYMENTS; payment++) {
      streams[i].write(MESSAGE)
      await streams[i].sendTotal(((round - 1) * PAYMENTS + payment) * 100, { timeout: 600_000 })
    }
  })
  samples.push(liveHeap())
}
const perConnection = (samples.at(-1) - before) / count
await inBatches(count, (i) => connections[i].end())
const seconds = (performance.now() - startedAt) / 1000
await server.close()
connections.length = 0
streams.length = 0

console.log(
  `${NAME}: ${count} connections, ${ROUNDS} rounds in ${seconds.toFixed(1)} s; ` +
    `${Math.round(perConnection)} bytes of heap for both ends of a connection with a stream in use`,
)
const faults = [...heapFaults(NAME, samples), ...timerFaults(NAME)]
if (receivedUnits !== count * ROUNDS * PAYMENTS * 100) faults.push(`${NAME}: received ${receivedUnits} units`)
if (receivedBytes !== count * ROUNDS * PAYMENTS * MESSAGE.length)
  faults.push(`${NAME}: received ${receivedBytes} bytes`)
process.send({ faults })

async function inBatches(total, run) {
  for (let first = 0; first < total; first += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, total - first) }, (_, i) => run(first + i)))
  }
}
