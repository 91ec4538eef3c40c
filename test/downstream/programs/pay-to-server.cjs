const { pay, setupPayment, startQuote, closeConnection } = require('@interledger/pay')
const { createServer } = require('ilp-protocol-stream')
const { receiveEverything, withNetwork } = require('./network.cjs')

withNetwork({ rate: '0.5' }, async (plugin) => {
  const server = await createServer({ plugin: plugin('bob') })
  receiveEverything(server)
  const accepted = server.acceptConnection()
  const { destinationAccount, sharedSecret } = server.generateAddressAndSecret()
  const sender = plugin('alice')
  await sender.connect()
  const destination = await setupPayment({ plugin: sender, destinationAddress: destinationAccount, sharedSecret })
  const quote = await startQuote({
    plugin: sender,
    destination,
    sourceAsset: { code: 'XRP', scale: 9 },
    amountToSend: 100_000,
    slippage: 0.01,
    prices: { XRP: 1 },
  }).catch((error) => error)
  // The price says 1 for 1, the path gives half of it: pay must refuse that.
  const dear = String(quote)
  const fair = await startQuote({
    plugin: sender,
    destination: { ...destination, destinationAsset: { code: 'YRP', scale: 9 } },
    sourceAsset: { code: 'XRP', scale: 9 },
    amountToSend: 100_000,
    slippage: 0.01,
    prices: { XRP: 1, YRP: 2 },
  })
  const progress = await pay({ plugin: sender, destination, quote: fair })
  await closeConnection(sender, destination)
  const connection = await accepted
  return {
    asset: destination.destinationAsset,
    dear,
    error: progress.error,
    sent: progress.amountSent,
    delivered: progress.amountDelivered,
    received: connection.totalReceived,
  }
})
