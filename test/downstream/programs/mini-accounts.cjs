// ilp-plugin-mini-accounts is the connector: a server of ours on its own side, a client of ours behind ilp-plugin-btp.
const MiniAccounts = require('ilp-plugin-mini-accounts')
const PluginBtp = require('ilp-plugin-btp')
const { createConnection, createServer } = require('ilp-protocol-stream')
const { finish, freePort, receiveEverything } = require('./network.cjs')

const main = async () => {
  const port = await freePort()
  const upstream = new MiniAccounts({
    wsOpts: { port },
    debugHostIldcpInfo: { clientAddress: 'test.mini', assetCode: 'XRP', assetScale: 9 },
  })
  await upstream.connect()
  let handler
  const own = {
    connect: async () => undefined,
    disconnect: () => upstream.disconnect(),
    isConnected: () => true,
    // The server is the parent itself, so it knows its own address and sends down.
    sendData: (data) => upstream.sendData(data),
    registerDataHandler: (given) => {
      handler = given
      upstream.registerDataHandler((data) => handler(data))
    },
    deregisterDataHandler: () => upstream.deregisterDataHandler(),
  }
  const account = { sourceAccount: 'test.mini', assetCode: 'XRP', assetScale: 9 }
  const server = await createServer({ plugin: own, ...account })
  receiveEverything(server)
  const accepted = server.acceptConnection()
  const plugin = new PluginBtp({ server: `btp+ws://:secret@localhost:${port}` })
  const client = await createConnection({ plugin, ...server.generateAddressAndSecret() })
  const stream = client.createStream()
  await stream.sendTotal(5000)
  const connection = await accepted
  const back = connection.createStream()
  client.on('stream', (incoming) => incoming.setReceiveMax(Infinity))
  await back.sendTotal(2000)
  finish({ account: client.sourceAccount, received: connection.totalReceived, back: client.totalReceived })
}
main()
