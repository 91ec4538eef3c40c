// Sends 100 units and a line of text: node client.js <destinationAccount> <sharedSecret in hex>
const { createConnection } = require('ilp-protocol-stream')

const [destinationAccount, sharedSecret] = process.argv.slice(2)

async function run() {
  const connection = await createConnection({
    destinationAccount,
    sharedSecret: Buffer.from(sharedSecret, 'hex'),
  })

  const stream = connection.createStream()
  stream.on('outgoing_money', (amount) => {
    console.log('sent', amount)
  })
  stream.write('hello\n')
  await stream.sendTotal(100)
  stream.end()

  await connection.end()
}

run().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
