// Who pays (ours or @interledger/pay) is the first argument, the package that receives the second.
const { StreamServer } = require(process.argv[3])
const IlpPacket = require('ilp-packet')
const { createConnection, verifyReceipt } = require('ilp-protocol-stream')
const { fetch: fetchAccount } = require('ilp-protocol-ildcp')
const { randomBytes } = require('crypto')
const { withNetwork } = require('./network.cjs')

withNetwork({}, async (plugin) => {
  const receiver = plugin('bob')
  await receiver.connect()
  const { clientAddress } = await fetchAccount(receiver.sendData.bind(receiver))
  const server = new StreamServer({ serverSecret: randomBytes(32), serverAddress: clientAddress })
  let received = 0n
  receiver.registerDataHandler(async (data) => {
    const prepare = IlpPacket.deserializeIlpPrepare(data)
    const reply = server.createReply(prepare)
    if (!('accept' in reply)) return IlpPacket.serializeIlpReply(reply)
    received += BigInt(prepare.amount)
    reply.setTotalReceived(String(received))
    return IlpPacket.serializeIlpFulfill(reply.accept())
  })
  const receipts = { nonce: randomBytes(16), secret: randomBytes(32) }
  const { ilpAddress, sharedSecret } = server.generateCredentials({
    receiptSetup: receipts,
    asset: { code: 'XRP', scale: 9 },
  })
  const sender = plugin('alice')
  const { sent, receipt } = await (process.argv[2] === 'pay' ? payIt : payOurselves)(sender, ilpAddress, sharedSecret)
  const verified = verifyReceipt(Buffer.from(receipt), receipts.secret)
  return { sent, received, receipt: verified.totalReceived.toString() }
})

async function payOurselves(plugin, destinationAccount, sharedSecret) {
  const connection = await createConnection({ plugin, destinationAccount, sharedSecret })
  const stream = connection.createStream()
  await stream.sendTotal(100_000)
  return { sent: connection.totalSent, receipt: stream.receipt }
}

async function payIt(plugin, destinationAddress, sharedSecret) {
  const { pay, setupPayment, startQuote } = require('@interledger/pay')
  await plugin.connect()
  const destination = await setupPayment({ plugin, destinationAddress, sharedSecret })
  const sourceAsset = { code: 'XRP', scale: 9 }
  const quote = await startQuote({ plugin, destination, sourceAsset, amountToSend: 100_000, prices: { XRP: 1 } })
  const { amountSent, streamReceipt } = await pay({ plugin, destination, quote })
  return { sent: amountSent, receipt: streamReceipt }
}
