const ilp = require('ilp')
const { withNetwork } = require('./network.cjs')

withNetwork({}, async (plugin) => {
  const invoice = await ilp.receive(7654, 'order', plugin('bob'))
  const receiving = invoice.receivePayment()
  const { destinationAccount, sharedSecret, amount } = invoice
  const { sent } = await ilp.pay({ destinationAccount, sharedSecret, amount }, plugin('alice'))
  const { received } = await receiving
  return { sent: sent.amount.toString(), received: received.amount }
})
