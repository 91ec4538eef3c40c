// A million packets of one unit on one connection.
import { createConnection, createServer } from 'ilp-protocol-stream'
import { heapFaults, liveHeap, timerFaults } from './memory.mjs'
import { pluginPair } from './path.mjs'

const NAME = 'packets'
const packets = Number(process.argv[2])
const tenth = Math.ceil(packets / 10)
const [left, right] = pluginPair()
let carried = 0
const sendData = left.sendData.bind(left)
left.sendData = (data) => {
  carried++
  return sendData(data)
}

const server = await createServer({ plugin: right })
server.on('connection', (connection) => {
  connection.on('stream', (stream) => stream.setReceiveMax(Infinity))
})
const connection = await createConnection({
  ...server.generateAddressAndSecret(),
  plugin: left,
  maximumPacketAmount: 1,
  exchangeRate: 1,
  slippage: 0,
})
const stream = connection.createStream()
const startedAt = performance.now()
const samples = []
for (let sent = tenth; sent <= tenth * 10; sent += tenth) {
  await stream.sendTotal(sent, { timeout: 3_600_000 })
  samples.push(liveHeap())
}
const seconds = (performance.now() - startedAt) / 1000
const { totalSent, totalDelivered } = connection
await connection.end()
await server.close()

console.log(`${NAME}: ${carried} packets in ${seconds.toFixed(1)} s, ${Math.round(carried / seconds)} packets/s`)
const total = String(tenth * 10)
const faults = [...heapFaults(NAME, samples), ...timerFaults(NAME)]
if (totalSent !== total || totalDelivered !== total) {
  faults.push(`${NAME}: sent ${totalSent} and delivered ${totalDelivered} of ${total}`)
}
process.send({ faults })
