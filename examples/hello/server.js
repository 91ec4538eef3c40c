// Waits for money and text. Prints the line that starts a client for it.
const { createServer } = require('ilp-protocol-stream')

async function run() {
  const server = await createServer()

  server.on('connection', (connection) => {
    connection.on('stream', (stream) => {
      stream.setReceiveMax(10000)
      stream.on('money', (amount) => {
        console.log(`got money: ${amount} on stream ${stream.id}`)
      })
      stream.on('data', (chunk) => {
        console.log(`got data on stream ${stream.id}: ${chunk.toString('utf8')}`)
      })
      stream.on('end', () => {
        console.log('stream closed')
      })
    })
    connection.on('close', () => {
      void server.close()
    })
  })

  // A client gets these over a channel of your own, for example HTTPS.
  const { destinationAccount, sharedSecret } = server.generateAddressAndSecret()
  console.log(`node client.js ${destinationAccount} ${sharedSecret.toString('hex')}`)
}

run().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
