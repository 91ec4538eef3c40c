import { PLENTY } from '../contenders/connected.js'
import {
  implementations,
  load,
  type Connection,
  type ImplementationName,
  type Server,
} from '../contenders/implementation.js'
import { verify, type Metrics } from '../measure.js'
import { Hub, type Account } from '../network/hub.js'
import type { Scenario } from './scenario.js'

const UNITS = '10'

interface Room {
  readonly server: Server
  readonly clients: readonly Account[]
  readonly accepted: Connection[]
  readonly connect: (account: Account) => Promise<Connection>
}

async function room(name: ImplementationName, size: number): Promise<Room> {
  const hub = new Hub()
  const implementation = await load(name)
  const server = await implementation.createServer({ plugin: hub.account('server') })
  const accepted: Connection[] = []
  server.on('connection', (connection: Connection) => {
    accepted.push(connection)
    connection.on('stream', (stream: { setReceiveMax(amount: string): void }) => stream.setReceiveMax(PLENTY))
  })
  // Before anything is measured: the network is not what is compared.
  const clients = Array.from({ length: size }, (_, i) => hub.account(`c${i}`))
  return {
    server,
    clients,
    accepted,
    connect: (plugin) => implementation.createConnection({ plugin, ...server.generateAddressAndSecret() }),
  }
}

export const connectionSetUp: Scenario = {
  name: 'set-up',
  title: 'Connection set-up, no latency',
  contenders: implementations,
  metrics: [{ name: 'cpu', unit: 'µs CPU/connection, both ends', better: 'less' }],
  quick: true,
  maxRounds: 3,
  async run(contender, spans) {
    const count = Math.round(spans.measured / 10)
    const { connect, clients, accepted } = await room(contender as ImplementationName, 2 * count)
    for (const client of clients.slice(0, count)) await connect(client)
    const start = process.cpuUsage()
    for (const client of clients.slice(count)) await connect(client)
    const { user, system } = process.cpuUsage(start)
    verify('connections accepted', accepted.length, 2 * count)
    return { cpu: (user + system) / count }
  },
}

function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc')
  for (let i = 0; i < 4; i++) globalThis.gc()
}

async function idle(contender: string, count: number): Promise<Metrics> {
  const { connect, clients, accepted } = await room(contender as ImplementationName, count + 1)
  const kept: Connection[] = []
  const open = async (client: Account): Promise<void> => {
    const connection = await connect(client)
    await connection.createStream().sendTotal(UNITS)
    kept.push(connection)
  }
  await open(clients[0]!) // what the first one loads is not counted
  collectGarbage()
  const before = process.memoryUsage()
  for (const client of clients.slice(1)) await open(client)
  await new Promise((resolve) => setTimeout(resolve, 100))
  collectGarbage()
  const after = process.memoryUsage()
  verify('connections kept', kept.length, count + 1)
  for (const connection of kept) verify('totalSent', connection.totalSent, UNITS)
  for (const connection of accepted) verify('totalReceived', connection.totalReceived, UNITS)
  const perEnd = (bytes: number): number => bytes / count / 2
  return {
    heap: perEnd(after.heapUsed - before.heapUsed),
    rss: perEnd(after.rss - before.rss),
  }
}

export function idleConnections(count: number, quick: boolean, maxRounds: number): Scenario {
  return {
    name: `idle-${count}`,
    title: `${count} idle connections, each with a stream that has paid once`,
    contenders: implementations,
    metrics: [
      { name: 'heap', unit: 'bytes of heap per end', better: 'less' },
      { name: 'rss', unit: 'bytes RSS per end', better: 'less' },
    ],
    quick,
    maxRounds,
    nodeOptions: ['--expose-gc'],
    run: (contender) => idle(contender, count),
  }
}
