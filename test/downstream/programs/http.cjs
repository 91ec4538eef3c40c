// Two accounts of ilp-plugin-http that know each other: no connector between, so each states its own account.
const PluginHttp = require('ilp-plugin-http')
const { createConnection, createServer } = require('ilp-protocol-stream')
const { finish, freePort, receiveEverything } = require('./network.cjs')

const peer = (own, other) =>
  new PluginHttp({
    multi: false,
    incoming: { port: own, staticToken: 'shared' },
    outgoing: { url: `http://localhost:${other}`, staticToken: 'shared' },
  })

const main = async () => {
  const [one, two] = [await freePort(), await freePort()]
  const asset = { assetCode: 'XRP', assetScale: 9 }
  const server = await createServer({ plugin: peer(one, two), sourceAccount: 'test.server', ...asset })
  receiveEverything(server)
  const accepted = server.acceptConnection()
  const credentials = server.generateAddressAndSecret()
  const account = { sourceAccount: 'test.client', ...asset }
  const client = await createConnection({ plugin: peer(two, one), ...credentials, ...account })
  await client.createStream().sendTotal(3000)
  const connection = await accepted
  const incoming = new Promise((resolve) => client.once('stream', resolve))
  const back = connection.createStream()
  back.write('thanks')
  const [chunk] = await require('events').once(await incoming, 'data')
  finish({ received: connection.totalReceived, read: chunk.toString() })
}
main()
