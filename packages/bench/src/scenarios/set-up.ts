import { implementations, load, type Connection, type ImplementationName } from '../contenders/implementation.js'
import { startUsage, verify } from '../measure.js'
import { Hub, type Account } from '../network/hub.js'
import type { Scenario } from './scenario.js'

const DISTANCE = 50
const DISTANT = 5

export const connectionSetUp: Scenario = {
  name: 'set-up',
  title: 'Connection set-up',
  contenders: implementations,
  metrics: [
    { name: 'cpu', unit: 'µs CPU/connection, both ends', better: 'less' },
    { name: 'packets', unit: 'packets/connection', better: 'less' },
    { name: 'wait', unit: `ms to connect, round trip ${DISTANCE} ms`, better: 'less' },
  ],
  rounds: { full: 2, quick: 0 },
  async run(contender, { warmUp, measured }) {
    const [warm, counted] = [Math.round(warmUp / 4), Math.round(measured / 4)]
    const near = await room(contender as ImplementationName, new Hub())
    const clients = Array.from({ length: warm + counted }, (_, i) => near.hub.account(`c${i}`))
    for (const client of clients.slice(0, warm)) await near.connect(client)
    const answered = near.hub.books.answered
    const stop = startUsage()
    for (const client of clients.slice(warm)) await near.connect(client)
    const { cpu } = stop()
    const packets = near.hub.books.answered - answered
    verify('connections accepted', near.accepted(), warm + counted)

    const far = await room(contender as ImplementationName, new Hub({ roundTrip: DISTANCE }))
    const start = performance.now()
    for (let i = 0; i < DISTANT; i++) await far.connect(far.hub.account(`c${i}`))
    const wait = (performance.now() - start) / DISTANT
    verify('connections accepted from afar', far.accepted(), DISTANT)
    return { cpu: (cpu * 1e6) / counted, packets: packets / counted, wait }
  },
}

async function room(name: ImplementationName, hub: Hub) {
  const { createServer, createConnection } = await load(name)
  const server = await createServer({ plugin: hub.account('server') })
  let accepted = 0
  server.on('connection', () => accepted++)
  return {
    hub,
    accepted: () => accepted,
    connect: (plugin: Account): Promise<Connection> =>
      createConnection({ plugin, ...server.generateAddressAndSecret() }),
  }
}
