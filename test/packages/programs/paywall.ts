// Articles for money: the reader asks, hears the price, pays exactly that and gets the article and a receipt. One reader
// is refused by the publisher's own rule. `paywall host` prints credentials first; `paywall guest <credentials>`.
import { createHash } from 'crypto'
import * as defaultPlugin from 'ilp-plugin'
import {
  Connection,
  DataAndMoneyStream,
  Receipt,
  createConnection,
  createServer,
  verifyReceipt,
} from 'ilp-protocol-stream'
import { Plugin } from 'ilp-protocol-stream/dist/src/util/plugin-interface'

const createPlugin = (): Plugin => defaultPlugin.pluginFromEnvironment() as any

const ARTICLES: { [path: string]: { price: number; text: string } } = {
  '/short': { price: 40, text: 'Money is moved in packets.' },
  '/long': { price: 12_345, text: 'And data too. '.repeat(9000) },
}
const NONCE = Buffer.alloc(16, 1)
const SECRET = Buffer.alloc(32, 2)
const refusals: string[] = []
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)

async function host(): Promise<void> {
  const server = await createServer({
    plugin: createPlugin(),
    shouldFulfill: async (amount, packetId: Buffer, tag?: string) => {
      if (packetId.length !== 32 || amount.toNumber() > 12_345) throw new Error('never')
      if (tag === 'banned') throw new Error('not from you')
    },
  })
  const issue = (connectionTag: string) => {
    const issued = server.generateAddressAndSecret({ connectionTag, receiptNonce: NONCE, receiptSecret: SECRET })
    return { ...issued, sharedSecret: issued.sharedSecret.toString('hex') }
  }
  console.log(JSON.stringify([issue('reader'), issue('banned')]))

  let open = 2
  await new Promise<void>((resolve) => {
    server.on('connection', (connection: Connection) => {
      connection.on('stream', (stream: DataAndMoneyStream) => serve(stream, connection))
      connection.once('close', () => {
        console.log(`${connection.connectionTag} has paid ${connection.totalReceived}`)
        if (--open === 0) resolve()
      })
    })
  })
  const soon = new Promise((resolve) => setTimeout(resolve, 1000))
  await Promise.race([server.close(), soon])
  refusals.forEach((message) => console.log(`no article: ${message}`))
}

function serve(stream: DataAndMoneyStream, connection: Connection): void {
  stream.once('data', async (request: Buffer) => {
    const path = request.toString().trim()
    const article = ARTICLES[path]
    if (!article) {
      stream.write('0\n')
      return
    }
    console.log(`${connection.connectionTag} asks for ${path} on stream ${stream.id}`)
    stream.setReceiveMax(article.price)
    stream.write(`${article.price} ${article.text.length}\n`)
    try {
      await stream.receiveTotal(article.price, { timeout: 2000 })
      stream.write(article.text)
    } catch (error) {
      refusals.push((error as Error).message)
    }
  })
}

/** Reads up to and including byte `length`, or the first line. */
function read(stream: DataAndMoneyStream, isWhole: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const onData = (chunk: Buffer): void => {
      text += chunk.toString()
      if (!isWhole(text)) return
      stream.removeListener('data', onData)
      resolve(text)
    }
    stream.on('data', onData)
    stream.once('error', reject)
  })
}

async function buy(connection: Connection, path: string): Promise<void> {
  const stream = connection.createStream()
  stream.write(`${path}\n`)
  const [price = '', length = ''] = (await read(stream, (text) => text.endsWith('\n'))).trim().split(' ')
  console.log(`${path}: ${price} units`)
  if (price === '0') return
  const article = read(stream, (text) => text.length >= Number(length))
  await stream.sendTotal(price)
  const text = await article
  const receipt: Receipt = verifyReceipt(stream.receipt as Buffer, SECRET)
  const { streamId, totalReceived, nonce } = receipt
  console.log(`${text.length} characters, ${digest(text)}, receipt for ${totalReceived} on ${streamId}`)
  console.log(`receipt is for us: ${nonce.equals(NONCE)}, paid ${stream.totalSent} of at most ${stream.sendMax}`)
  stream.end()
}

async function guest([reader, banned]: { destinationAccount: string; sharedSecret: string }[]): Promise<void> {
  const connect = (given: typeof reader): Promise<Connection> =>
    createConnection({
      plugin: createPlugin(),
      destinationAccount: given!.destinationAccount,
      sharedSecret: Buffer.from(given!.sharedSecret, 'hex'),
    })
  const connection = await connect(reader)
  for (const path of ['/short', '/none', '/long']) await buy(connection, path)
  await connection.end()
  console.log(`spent ${connection.totalSent}, ${connection.totalDelivered} arrived`)

  const refused = await connect(banned)
  const stream = refused.createStream()
  stream.write('/short\n')
  console.log(`answer: ${(await read(stream, (text) => text.endsWith('\n'))).trim()}`)
  await stream.sendTotal(40, { timeout: 500 }).catch((error: Error) => console.log(`refused: ${error.message}`))
  await refused.destroy()
  console.log(`spent ${refused.totalSent}`)
}

const [, , role, credentials] = process.argv
const running = role === 'host' ? host() : guest(JSON.parse(credentials as string))
running.catch((error: Error) => console.log(`failed: ${error.message}`)).then(() => process.exit())
