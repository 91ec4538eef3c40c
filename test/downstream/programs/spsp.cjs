const SPSP = require('ilp-protocol-spsp')
const { createServer } = require('ilp-protocol-stream')
const { receiveEverything, spspServer, withNetwork } = require('./network.cjs')

withNetwork({}, async (plugin) => {
  const server = await createServer({ plugin: plugin('bob') })
  receiveEverything(server)
  const accepted = server.acceptConnection()
  const pointer = await spspServer(() => server.generateAddressAndSecret())
  const { totalSent } = await SPSP.pay(plugin('alice'), { pointer, sourceAmount: '12345' })
  const connection = await accepted
  return { totalSent, received: connection.totalReceived }
})
