// Three files through pipes, at once, each paid by the byte; whoever takes them has a limit and says what is stored.
// `file-drop host` prints credentials first; `file-drop guest <credentials>`.
import { createHash } from 'crypto'
import * as defaultPlugin from 'ilp-plugin'
import { Connection, DataAndMoneyStream, createConnection, createServer } from 'ilp-protocol-stream'
import { Plugin } from 'ilp-protocol-stream/dist/src/util/plugin-interface'
import { Readable, Transform } from 'stream'

const createPlugin = (): Plugin => defaultPlugin.pluginFromEnvironment() as any

const HEADER = 4
const SIZES = [1, 70_000, 300_000]
const content = (size: number): Buffer => Buffer.from(Array.from({ length: size }, (_, index) => (index * 7) % 251))

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000))

/** The length in four bytes, then as many bytes; in pieces of any size. */
function file(size: number): Readable {
  const header = Buffer.alloc(HEADER)
  header.writeUInt32BE(size)
  const bytes = content(size)
  return Readable.from([header, bytes.slice(0, 50_000), bytes.slice(50_000)].filter((piece) => piece.length > 0))
}

/** Passes nothing on but, at the end of the file, what it was. */
function inspector(): Transform {
  let pieces = Buffer.alloc(0)
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      pieces = Buffer.concat([pieces, chunk])
      const file = pieces.slice(HEADER)
      if (pieces.length < HEADER || file.length < pieces.readUInt32BE(0)) done()
      else done(null, `${file.length} bytes, ${createHash('sha256').update(file).digest('hex').slice(0, 12)}`)
    },
  })
}

async function host(): Promise<void> {
  const server = await createServer({ plugin: createPlugin(), enablePadding: true })
  const { destinationAccount, sharedSecret } = server.generateAddressAndSecret()
  console.log(JSON.stringify({ destinationAccount, sharedSecret: sharedSecret.toString('hex') }))

  const connection = await server.acceptConnection()
  const paid: string[] = []
  await new Promise<void>((resolve) => {
    connection.on('stream', (stream: DataAndMoneyStream) => {
      stream.setReceiveMax(200_000)
      stream.pipe(inspector()).pipe(stream)
      stream.once('end', () => {
        paid.push(`stream ${stream.id}: ${stream.totalReceived}`)
        if (paid.length === SIZES.length) resolve()
      })
    })
  })
  console.log(paid.sort().join(', '))
  console.log(`earned ${connection.totalReceived}`)
  await Promise.race([new Promise((resolve) => connection.once('close', resolve)), soon()])
  await Promise.race([server.close(), soon()])
}

async function guest(destinationAccount: string, sharedSecret: Buffer): Promise<void> {
  const opts = { plugin: createPlugin(), destinationAccount, sharedSecret, slippage: 0 }
  const connection: Connection = await createConnection(opts)
  console.log(`rate at least ${connection.minimumAcceptableExchangeRate}`)
  const lines = await Promise.all(SIZES.map((size) => drop(connection, size)))
  lines.forEach((line) => console.log(line))
  await connection.end()
  console.log(`spent ${connection.totalSent}, ${connection.totalDelivered} arrived`)
}

async function drop(connection: Connection, size: number): Promise<string> {
  const stream = connection.createStream()
  const paid = await stream.sendTotal(size, { timeout: 1500 }).then(
    () => 'all paid',
    (error: Error) => error.message,
  )
  const stored = new Promise<string>((resolve) => stream.once('data', (answer: Buffer) => resolve(answer.toString())))
  file(size).pipe(stream, { end: false })
  const line = `stored ${await stored}, ${paid}`
  stream.end()
  return line
}

const [, , role, credentials] = process.argv
const { destinationAccount, sharedSecret } = JSON.parse(credentials || '{}')
const running = role === 'host' ? host() : guest(destinationAccount, Buffer.from(sharedSecret, 'hex'))
running.catch((error: Error) => console.log(`failed: ${error.message}`)).then(() => process.exit())
