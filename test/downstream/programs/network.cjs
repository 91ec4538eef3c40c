// A network on a free port, and what the programs print: one line of JSON.
const PluginBtp = require('ilp-plugin-btp')
const { startLocalnet } = require('@stream/localnet')

exports.withNetwork = async (options, use) => {
  const network = await startLocalnet({ port: 0, assetCode: 'XRP', assetScale: 9, ...options })
  const plugin = (name) => new PluginBtp({ server: network.url(name) })
  finish(await use(plugin, network))
}

const finish = (result) => {
  const text = (_, value) => (typeof value === 'bigint' ? String(value) : value)
  process.stdout.write(`${JSON.stringify(result, text)}\n`, () => process.exit(0))
}
exports.finish = finish

/** A port nobody has, for programs that must be told one. */
exports.freePort = () =>
  new Promise((resolve) => {
    const probe = require('net')
      .createServer()
      .listen(0, () => {
        const { port } = probe.address()
        probe.close(() => resolve(port))
      })
  })

/** Serves one payment pointer at which `details()` are given out. Resolves with its URL. */
exports.spspServer = (details) =>
  new Promise((resolve) => {
    const server = require('http').createServer((_request, response) => {
      response.setHeader('content-type', 'application/spsp4+json')
      const { destinationAccount, sharedSecret } = details()
      const body = { destination_account: destinationAccount, shared_secret: sharedSecret.toString('base64') }
      response.end(JSON.stringify(body))
    })
    server.listen(0, 'localhost', () => resolve(`http://localhost:${server.address().port}/pay`))
  })

exports.receiveEverything = (server) =>
  server.on('connection', (connection) => connection.on('stream', (stream) => stream.setReceiveMax(Infinity)))

process.on('unhandledRejection', (error) => {
  console.error(error)
  process.exit(1)
})
