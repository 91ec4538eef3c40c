// What a program of 2.x hears when something is refused, goes wrong or comes too late: every line is an error's text.
import * as defaultPlugin from 'ilp-plugin'
import {
  Connection,
  DataAndMoneyStream,
  Server,
  createConnection,
  createReceipt,
  createServer,
  decodeReceipt,
  verifyReceipt,
} from 'ilp-protocol-stream'
import { ConnectionError } from 'ilp-protocol-stream/dist/src/connection'
import { ErrorCode } from 'ilp-protocol-stream/dist/src/packet'
import { longFromValue } from 'ilp-protocol-stream/dist/src/util/long'
import { Plugin } from 'ilp-protocol-stream/dist/src/util/plugin-interface'

const createPlugin = (): Plugin => defaultPlugin.pluginFromEnvironment() as any

/** Prints what comes of it. */
async function attempt(what: string, action: () => unknown): Promise<void> {
  try {
    await action()
    console.log(`${what}: done`)
  } catch (error) {
    console.log(`${what}: ${(error as Error).message}`)
  }
}
const once = (emitter: NodeJS.EventEmitter, event: string): Promise<any> =>
  new Promise((resolve) => emitter.once(event, resolve))

async function credentials(): Promise<void> {
  const server = new Server({ plugin: createPlugin() })
  const nonce = Buffer.alloc(16)
  const secret = Buffer.alloc(32)
  await attempt('address before listening', () => server.generateAddressAndSecret())
  await server.listen()
  await attempt('listening twice', () => server.listen())
  await attempt('nonce alone', () => server.generateAddressAndSecret({ receiptNonce: nonce }))
  const short = Buffer.alloc(3)
  await attempt('short nonce', () => server.generateAddressAndSecret({ receiptNonce: short, receiptSecret: secret }))
  await attempt('short secret', () => server.generateAddressAndSecret({ receiptNonce: nonce, receiptSecret: short }))
  await attempt('receipt with a short nonce', () =>
    createReceipt({ nonce: short, streamId: 1, totalReceived: 1, secret }),
  )
  const receipt = createReceipt({ nonce, streamId: 1, totalReceived: 500, secret })
  await attempt('receipt cut off', () => decodeReceipt(receipt.slice(1)))
  await attempt('receipt of another version', () => decodeReceipt(Buffer.concat([Buffer.from([9]), receipt.slice(1)])))
  await attempt('receipt under another secret', () => verifyReceipt(receipt, Buffer.alloc(32, 1)))
  await attempt('number beyond 64 bits', () => longFromValue('18446744073709551616', true))
  const waiting = server.acceptConnection()
  await server.close()
  await attempt('accepting when closed', () => waiting)
}

async function limits(stream: DataAndMoneyStream): Promise<void> {
  await attempt('no limit to sending', () => stream.setSendMax(Infinity))
  await stream.sendTotal(500)
  await attempt('less than was sent', () => stream.setSendMax(499))
  await attempt('sending what was sent', () => stream.sendTotal(500))
  await attempt('sending less than was sent', () => stream.sendTotal(499))
  stream.setReceiveMax(1000)
  await attempt('lower limit to receiving', () => stream.setReceiveMax(999))
  await attempt('receiving, nobody pays', () => stream.receiveTotal(1100, { timeout: 50 }))
  await attempt('sending more than is taken', () => stream.sendTotal(20_000, { timeout: 300 }))
  console.log(`sent ${stream.totalSent}, open ${stream.isOpen()}`)
}

async function endings(connection: Connection): Promise<void> {
  const ended = connection.createStream()
  const closing = ended.sendTotal(20_000).catch((error: Error) => error.message)
  ended.end()
  console.log(`ended while sending: ${await closing}`)
  await attempt('sending when ended', () => ended.sendTotal(20_000))
  await attempt('receiving when ended', () => ended.receiveTotal(1))
  await attempt('limit when ended', () => ended.setSendMax(20_000))
  await new Promise<void>((resolve) => {
    ended.once('error', () => {})
    ended.write('late', (error) => {
      console.log(`writing when ended: ${error ? error.message : 'done'}`)
      resolve()
    })
  })

  const broken = connection.createStream()
  const failed = once(broken, 'error')
  const receiving = broken.receiveTotal(1).catch((error: Error) => error.message)
  broken.destroy(new Error('on purpose'))
  console.log(`destroyed: ${(await failed).message}`)
  console.log(`destroyed while receiving: ${await receiving}`)

  const streams: DataAndMoneyStream[] = []
  await attempt('streams without end', () => {
    for (let count = 0; count < 100; count++) streams.push(connection.createStream())
  })
}

async function main(): Promise<void> {
  await credentials()
  const server = await createServer({ plugin: createPlugin() })
  const accept = async (use: (stream: DataAndMoneyStream) => void) => {
    const accepted = server.acceptConnection()
    const plugin = createPlugin()
    const connection = await createConnection({ plugin, ...server.generateAddressAndSecret() })
    const remote = await accepted
    remote.on('stream', use)
    remote.on('error', (error: Error) => console.log(`server's connection: ${error.message}`))
    return { connection, remote }
  }
  const take = (stream: DataAndMoneyStream): void => {
    stream.setReceiveMax(10_000)
    stream.on('error', (error: Error) => console.log(`server's stream ${stream.id}: ${error.name}: ${error.message}`))
  }

  const first = await accept(take)
  await limits(first.connection.createStream())
  await endings(first.connection)

  const second = await accept(take)
  const notice = once(second.connection, 'error')
  second.connection.createStream().on('error', (error: Error) => console.log(`its stream: ${error.message}`))
  await second.remote.destroy(new ConnectionError('out of coffee', ErrorCode.ApplicationError))
  console.log(`client's connection: ${(await notice).message}`)

  const third = await accept(take)
  await third.connection.createStream().sendTotal(1)
  await third.connection.end()
  await attempt('destroying when ended', () => third.connection.destroy())
}

main()
  .catch((error: Error) => console.log(`failed: ${error.message}`))
  .then(() => process.exit())
