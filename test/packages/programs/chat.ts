// A chat in which every character costs a unit. The host greets on a stream of its own and gives the guest something
// to begin with. `chat host` prints credentials first; `chat guest <credentials>` takes them.
import * as defaultPlugin from 'ilp-plugin'
import { Connection, DataAndMoneyStream, createConnection, createServer } from 'ilp-protocol-stream'
import { Plugin } from 'ilp-protocol-stream/dist/src/util/plugin-interface'

const createPlugin = (): Plugin => defaultPlugin.pluginFromEnvironment() as any

const WELCOME = 'welcome, here is something to begin with'
const LINES = ['how much is a line?', 'less than a stamp ✉', 'x'.repeat(40_000), 'bye']

const show = (line: string): string => (line.length > 60 ? `${line.length} times ${line[0]}` : line)

/** Whole lines, however the bytes were cut. */
function onLine(stream: DataAndMoneyStream, listener: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() || ''
    lines.forEach(listener)
  })
}

async function host(): Promise<void> {
  const server = await createServer({ plugin: createPlugin() })
  const { destinationAccount, sharedSecret } = server.generateAddressAndSecret('room_42')
  console.log(JSON.stringify({ destinationAccount, sharedSecret: sharedSecret.toString('hex') }))

  const connection = await server.acceptConnection()
  console.log(`a guest in ${connection.connectionTag}`)
  const closed = new Promise<void>((resolve) => connection.once('close', resolve))
  connection.on('stream', (stream: DataAndMoneyStream) => {
    stream.setReceiveMax(1_000_000)
    onLine(stream, (line) => {
      console.log(`guest on stream ${stream.id}: ${show(line)}`)
      if (line === 'knock') greet(connection)
      else stream.write(`${line.length} characters, ${stream.totalReceived} units so far\n`)
    })
    stream.once('end', () => console.log(`guest left stream ${stream.id}`))
  })
  await closed
  console.log(`over: earned ${connection.totalReceived}, gave ${connection.totalSent}`)
  await Promise.race([server.close(), new Promise((resolve) => setTimeout(resolve, 1000))])
}

async function greet(connection: Connection): Promise<void> {
  const stream = connection.createStream()
  stream.write(`${WELCOME}\n`)
  await stream.sendTotal(7)
  console.log(`gave ${stream.totalSent} on stream ${stream.id}`)
}

async function guest(destinationAccount: string, sharedSecret: Buffer): Promise<void> {
  const connection = await createConnection({ plugin: createPlugin(), destinationAccount, sharedSecret })
  const greeted = new Promise<DataAndMoneyStream>((resolve) => connection.once('stream', resolve))
  const stream = connection.createStream()
  stream.write('knock\n')

  const greeting = await greeted
  const welcome = new Promise<string>((resolve) => onLine(greeting, resolve))
  await greeting.receiveTotal(7)
  console.log(`host on stream ${greeting.id}: ${await welcome} (${greeting.totalReceived} units)`)

  let answered: (line: string) => void = () => {}
  onLine(stream, (line) => answered(line))
  let total = 0
  for (const line of LINES) {
    total += line.length
    await stream.sendTotal(total)
    const answer = new Promise<string>((resolve) => (answered = resolve))
    stream.write(`${line}\n`)
    console.log(`host: ${await answer}`)
  }
  stream.end()
  await connection.end()
  console.log(`over: spent ${connection.totalSent}, ${connection.totalDelivered} of it arrived`)
}

const [, , role, credentials] = process.argv
const { destinationAccount, sharedSecret } = JSON.parse(credentials || '{}')
const running = role === 'host' ? host() : guest(destinationAccount, Buffer.from(sharedSecret, 'hex'))
running.catch((error: Error) => console.log(`failed: ${error.message}`)).then(() => process.exit())
