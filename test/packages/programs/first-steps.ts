// What the README of 2.x begins with: data and money on two streams, both ends in one process, on the default plugin.
import * as defaultPlugin from 'ilp-plugin'
import { Connection, DataAndMoneyStream, createConnection, createServer } from 'ilp-protocol-stream'
import { Plugin } from 'ilp-protocol-stream/dist/src/util/plugin-interface'

const createPlugin = (): Plugin => defaultPlugin.pluginFromEnvironment() as any

async function main(): Promise<void> {
  const server = await createServer({ plugin: createPlugin() })
  server.once('connection', (connection: Connection) => {
    console.log('server: connection')
    connection.on('stream', (stream: DataAndMoneyStream) => {
      console.log(`server: stream ${stream.id}`)
      stream.setReceiveMax(10000)
      stream.on('money', (amount: string) => console.log(`server: stream ${stream.id} got ${amount} units`))
      stream.on('data', (chunk: Buffer) => console.log(`server: stream ${stream.id} got "${chunk.toString()}"`))
    })
  })

  const { destinationAccount, sharedSecret, receiptsEnabled } = server.generateAddressAndSecret()
  console.log(`credentials: secret of ${sharedSecret.length} bytes, receipts ${receiptsEnabled}`)
  const connection = await createConnection({ plugin: createPlugin(), destinationAccount, sharedSecret })
  console.log(`client: connected, ${connection.sourceAssetCode} to ${connection.destinationAssetCode}`)

  const one = connection.createStream()
  await one.sendTotal(100)
  const other = connection.createStream()
  await other.sendTotal(200)
  console.log(`client: sent ${one.totalSent} on ${one.id}, ${other.totalSent} on ${other.id}`)
  one.write('on the first')
  other.write('on the second')
  await connection.end()
  console.log(`client: ended, ${connection.totalSent} sent, ${connection.totalDelivered} delivered`)
}

main()
  .catch((error: Error) => console.log(`failed: ${error.message}`))
  .then(() => process.exit())
