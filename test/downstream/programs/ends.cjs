// Two ends of a connection: whose client, whose server and whose credentials are the arguments, `ours` or the alias of a
// published release in the folder `peers`.
const { createRequire } = require('module')
const { once } = require('events')
const { withNetwork } = require('./network.cjs')

const [, , clientOf, serverOf, credentialsOf = serverOf, unchanged] = process.argv
const requirePeer = createRequire(`${__dirname}/../peers/package.json`)

function load(name) {
  if (name === 'ours') return require('ilp-protocol-stream')
  const release = requirePeer(name)
  // 2.7.1 assigns `closed`, for which Node has had only a getter since 18.
  const closed = { value: false, writable: true, configurable: true }
  if (unchanged === undefined) Object.defineProperty(release.DataAndMoneyStream.prototype, 'closed', closed)
  return release
}

const SIZE = 50_000
const serverSecret = Buffer.alloc(32, 3)
const receipts = { receiptNonce: Buffer.alloc(16, 1), receiptSecret: Buffer.alloc(32, 2) }

/** Counts bytes, and says so when it has them all. */
function answer(stream) {
  let length = 0
  stream.setReceiveMax(Infinity)
  stream.on('data', (chunk) => {
    length += chunk.length
    if (length === SIZE) stream.write(`read ${length}`)
  })
}

withNetwork({ rate: '0.5' }, async (plugin) => {
  const issuer = await load(credentialsOf).createServer({ plugin: plugin('bob'), serverSecret })
  const { destinationAccount, sharedSecret } = issuer.generateAddressAndSecret(receipts)
  let server = issuer
  if (credentialsOf !== serverOf) {
    await issuer.close()
    server = await load(serverOf).createServer({ plugin: plugin('bob'), serverSecret })
  }
  server.on('connection', (connection) => connection.on('stream', answer))
  const accepted = server.acceptConnection()
  const { createConnection, verifyReceipt } = load(clientOf)
  const client = await createConnection({ plugin: plugin('alice'), destinationAccount, sharedSecret })
  client.on('stream', (stream) => stream.setReceiveMax(Infinity))

  const stream = client.createStream()
  await stream.sendTotal(100_000)
  const receipt = verifyReceipt(stream.receipt, receipts.receiptSecret).totalReceived.toString()
  stream.write(Buffer.alloc(SIZE, 'x'))
  const [answered] = await once(stream, 'data')
  const connection = await accepted
  await connection.createStream().sendTotal(700)
  return { received: connection.totalReceived, receipt, answered: answered.toString(), back: client.totalReceived }
})
