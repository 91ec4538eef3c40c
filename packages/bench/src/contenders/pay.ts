import { randomBytes } from 'node:crypto'
import { pay, setupPayment, startQuote } from '@interledger/pay'
import { StreamServer } from '@interledger/stream-receiver'
import { deserializeIlpPrepare, serializeIlpReply, type IlpReply } from 'ilp-packet'
import { verify } from '../measure.js'
import type { Hub } from '../network/hub.js'
import { PLENTY } from './connected.js'

const asset = { code: 'ABC', scale: 9 }

/** `@interledger/pay` pays to `@interledger/stream-receiver`; returns the check of what the receiver accepted. */
export async function payAndReceive(hub: Hub): Promise<() => void> {
  const server = new StreamServer({ serverSecret: randomBytes(32), serverAddress: 'test.server' })
  let received = 0n
  hub.account('server').registerDataHandler((data) => {
    const prepare = deserializeIlpPrepare(data)
    const moneyOrReply = server.createReply(prepare)
    if (!('accept' in moneyOrReply)) return Promise.resolve(serializeIlpReply(understood(moneyOrReply)))
    received += BigInt(prepare.amount)
    moneyOrReply.setTotalReceived(received.toString())
    return Promise.resolve(serializeIlpReply(moneyOrReply.accept()))
  })
  const { ilpAddress, sharedSecret } = server.generateCredentials({ asset })
  const plugin = hub.account('client')
  const destination = await setupPayment({
    plugin,
    destinationAddress: ilpAddress,
    sharedSecret,
    destinationAsset: asset,
  })
  const quote = await startQuote({ plugin, destination, sourceAsset: asset, amountToSend: PLENTY, slippage: 0.01 })
  let sent = 0n
  void pay({ plugin, destination, quote, progressHandler: (progress) => (sent = progress.amountSent) })
  return () => {
    verify('amountSent of pay', sent, hub.books.units)
    verify('accepted by stream-receiver', received, hub.books.units)
  }
}

/** This receiver answers probes with F05, which this sender takes for the path's refusal: it expects F99. */
function understood(reply: IlpReply): IlpReply {
  return 'code' in reply && reply.code === 'F05' ? { ...reply, code: 'F99' } : reply
}
