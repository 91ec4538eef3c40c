// Process 3: opens the connection, streams money and a file, and takes what comes back.
import { loadStream, connectPlugin } from './endpoint.mjs'
import { exchange } from './exchange.mjs'
import { reportingFailures } from './reporting.mjs'

const [port, implementation] = process.argv.slice(2)
const REPORT_EVERY_MS = 200

process.once('message', ({ credentials }) => {
  void reportingFailures(async () => {
    const { createConnection } = await loadStream(implementation)
    const { plugin, packets } = await connectPlugin(port, 'sender')
    const connection = await createConnection({ plugin, ...credentials })
    const started = performance.now()
    const job = exchange(connection, { mine: 'client', theirs: 'server' })
    const timer = setInterval(() => process.send({ type: 'progress', ...job.progress() }), REPORT_EVERY_MS)
    const result = await job
    clearInterval(timer)
    const exchangeMs = performance.now() - started
    await connection.end()
    // Stays on the network until the demo ends it: the receiver may still have something to say.
    process.send({ type: 'done', ...result.totals(), packets, exchangeMs })
  })
})
