import { PLENTY } from './contenders/connected.js'
import { load, NEVER_IDLE, type Connection, type ImplementationName, type Stream } from './contenders/implementation.js'
import { memoryInUse } from './memory.js'
import { borrowedAccount } from './network/between-processes.js'

/** A server in a process of its own, so that its memory can be told from its clients'. Says what it uses when asked. */
process.once('disconnect', () => process.exit())
const { createServer } = await load(process.argv[2] as ImplementationName)
const server = await createServer({ plugin: borrowedAccount(), idleTimeout: NEVER_IDLE })
const accepted: Connection[] = []
server.on('connection', (connection: Connection) => {
  accepted.push(connection)
  connection.on('stream', (stream: Stream) => stream.setReceiveMax(PLENTY))
})

process.on('message', (message: 'memory' | { give?: number }) => {
  if (message === 'memory') {
    process.send?.({ memory: memoryInUse(), received: accepted.map(({ totalReceived }) => totalReceived) })
  } else if (message.give !== undefined) {
    const credentials = Array.from({ length: message.give }, () => {
      const { destinationAccount, sharedSecret } = server.generateAddressAndSecret()
      return { destinationAccount, sharedSecret }
    })
    process.send?.({ credentials })
  }
})
process.send?.({ ready: true })
