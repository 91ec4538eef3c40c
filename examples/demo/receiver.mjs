// Process 2: waits for a connection, takes what comes, and sends money and a file back at the same time.
import { loadStream, connectPlugin } from './endpoint.mjs'
import { exchange } from './exchange.mjs'
import { reportingFailures } from './reporting.mjs'

const [port, implementation] = process.argv.slice(2)

await reportingFailures(async () => {
  const { createServer } = await loadStream(implementation)
  const { plugin, packets } = await connectPlugin(port, 'receiver')
  const server = await createServer({ plugin })
  const connected = new Promise((resolve) => server.once('connection', resolve))
  const { destinationAccount, sharedSecret } = server.generateAddressAndSecret()
  process.send({ type: 'ready', credentials: { destinationAccount, sharedSecret } })

  const connection = await connected
  const ended = new Promise((resolve) => connection.once('close', resolve))
  const result = await exchange(connection, { mine: 'server', theirs: 'client' })
  await ended
  process.send({ type: 'done', ...result.totals(), packets })
  await server.close()
})
