import { expect, onTestFinished, test, vi } from 'vitest'
import { inProcess } from './paths.js'
import { ours, predecessor, type Peer, type PeerConnection, type PeerStream } from './peers.js'
import { nextEvent } from './session.js'

// On a crowded machine a turn may end between the events of one packet, and bytes be read before the money is told.
vi.mock('../../src/turn.js', async (original) => ({ ...(await original<object>()), isTurnOver: () => false }))

const STREAM = ['money', 'outgoing_money', 'outgoing_total_sent', 'data', 'finish', 'end', 'error', 'close']
const CONNECTION = ['stream', 'end', 'error', 'close']

/** Which events came, each time another one than before. */
type Heard = Record<string, string[]>

interface Ends {
  readonly client: PeerConnection
  readonly server: PeerConnection
  /** The client's. */
  readonly stream: PeerStream
}

/** What the four emitters tell while `use` uses one stream, until the server's connection and stream have closed. */
async function heard(peer: Peer, use: (ends: Ends) => Promise<unknown>): Promise<Heard> {
  const told: Heard = {}
  const listen = (name: string, emitter: NodeJS.EventEmitter, events: string[]): void => {
    const order: string[] = (told[name] = [])
    for (const event of events) emitter.on(event, () => void (order.at(-1) === event || order.push(event)))
  }
  const path = await inProcess.open({})
  const listener = await peer.createServer({ plugin: path.server, disconnectDelay: 1 })
  onTestFinished(() => listener.close())
  const closed: Promise<unknown>[] = []
  listener.once('connection', (connection: PeerConnection) => {
    listen('server', connection, CONNECTION)
    closed.push(nextEvent(connection, 'close'))
    connection.on('stream', (stream: PeerStream) => {
      listen('server stream', stream, STREAM)
      closed.push(nextEvent(stream, 'close'))
      stream.setReceiveMax(1_000_000)
    })
  })
  const accepted = listener.acceptConnection()
  const client = await peer.createConnection({ plugin: path.client, ...listener.generateAddressAndSecret() })
  listen('client', client, CONNECTION)
  const server = await accepted
  const stream = client.createStream()
  listen('client stream', stream, STREAM)
  await use({ client, server, stream })
  await Promise.all(closed)
  return told
}

test.each<[string, (ends: Ends) => Promise<unknown>]>([
  [
    'a payment and the end of its stream',
    async ({ client, stream }) => {
      await stream.sendTotal(100)
      stream.end()
      await nextEvent(stream, 'close')
      await client.end()
    },
  ],
  [
    'data and the end of its stream',
    async ({ client, stream }) => {
      stream.end('hello')
      await nextEvent(stream, 'close')
      await client.end()
    },
  ],
  [
    'money and data that the end of the connection waits for',
    ({ client, stream }) => {
      stream.setSendMax(100)
      stream.write('hi')
      return client.end()
    },
  ],
  [
    'a connection that the server ends',
    async ({ server, stream }) => {
      await stream.sendTotal(100)
      await server.end()
    },
  ],
])('%s: every emitter tells what the predecessor tells, in its order', async (_, use) => {
  expect(await heard(ours, use)).toEqual(await heard(predecessor, use))
})

test.each<[string, Error | undefined, string[]]>([
  ['a stream that is destroyed', undefined, []],
  ['a stream that is destroyed with an error', new Error('no more'), ['error']],
])('%s: the same events as the predecessor, but `end` always before `close`', async (_, error, errors) => {
  const use = async ({ client, stream }: Ends): Promise<void> => {
    await stream.sendTotal(100)
    const closed = nextEvent(stream, 'close')
    stream.destroy(error)
    await closed
    await client.end()
  }
  const [told, before] = [await heard(ours, use), await heard(predecessor, use)]
  expect(told['client stream']).toEqual(['outgoing_money', 'outgoing_total_sent', ...errors, 'end', 'close'])
  for (const end of ['client stream', 'server stream']) expect(new Set(told[end])).toEqual(new Set(before[end]))
})
