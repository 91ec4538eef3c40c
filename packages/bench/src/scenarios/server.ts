import { packetProtection, type PacketProtection } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'
import { encodePacket, FrameType } from '@stream/frames'
import { encodeIlpPrepare } from '@stream/frames/ilp'
import { PLENTY } from '../contenders/connected.js'
import {
  load,
  NEVER_IDLE,
  type Connection,
  type Credentials,
  type ImplementationName,
  type Stream,
} from '../contenders/implementation.js'
import { startUsage, verify, type Metrics } from '../measure.js'
import { Hub, type Account } from '../network/hub.js'
import type { MetricInfo, Scenario } from './scenario.js'

const UNITS = 1000n
const FULFILL = 13
const LIFETIME = 120_000
/** Packets that are handed over before the first of them is answered. */
const AT_ONCE = 50
const WARM_UP = 10_000
/** Packets measured in one go: their clients write them beforehand, and nobody counts that. */
const BATCH = 20_000

/** Writes the packets of one client, without being one: what is measured is the server alone. */
class Client {
  readonly #protection: PacketProtection
  readonly #destination: string
  #sequence = 0

  constructor({ destinationAccount, sharedSecret }: Credentials) {
    this.#protection = packetProtection(nodeCrypto, sharedSecret)
    this.#destination = destinationAccount
  }

  payment(): Buffer {
    const data = this.#protection.seal(
      encodePacket({
        ilpPacketType: 12,
        sequence: ++this.#sequence,
        prepareAmount: UNITS,
        frames: [{ type: FrameType.StreamMoney, streamId: 1, shares: 1n }],
      }),
    )
    const prepare = encodeIlpPrepare({
      amount: UNITS,
      destination: this.#destination,
      executionCondition: this.#protection.condition(this.#protection.fulfillment(data)),
      expiresAt: Date.now() + LIFETIME,
      data,
    })
    return Buffer.from(prepare.buffer, prepare.byteOffset, prepare.byteLength)
  }
}

/** Payments of so many clients in turn, handed to their server as its plugin would; `batches` of 20,000 are measured. */
export async function serve(contender: ImplementationName, connections: number, batches = 1): Promise<Metrics> {
  const plugin = new Hub().account('server')
  const server = await (await load(contender)).createServer({ plugin, idleTimeout: NEVER_IDLE })
  const accepted: Connection[] = []
  server.on('connection', (connection: Connection) => {
    accepted.push(connection)
    connection.on('stream', (stream: Stream) => stream.setReceiveMax(PLENTY))
  })
  const clients = Array.from({ length: connections }, () => new Client(server.generateAddressAndSecret()))
  const opening = Math.max(connections, AT_ONCE)
  const payments = (count: number): Buffer[] =>
    Array.from({ length: count }, (_, i) => clients[i % connections]!.payment())
  await handOver(plugin, payments(opening))
  await handOver(plugin, payments(WARM_UP))
  let wall = 0
  let cpu = 0
  for (let batch = 0; batch < batches; batch++) {
    const packets = payments(BATCH)
    const stop = startUsage()
    await handOver(plugin, packets)
    const used = stop()
    wall += used.wall
    cpu += used.cpu
  }
  const measured = batches * BATCH
  verify('connections accepted', accepted.length, connections)
  const received = accepted.reduce((sum, { totalReceived }) => sum + BigInt(totalReceived), 0n)
  verify('totalReceived of all connections', received, BigInt(opening + WARM_UP + measured) * UNITS)
  return { packets: measured / wall, cpu: (cpu * 1e6) / measured }
}

async function handOver({ handler }: Account, packets: readonly Buffer[]): Promise<void> {
  for (let at = 0; at < packets.length; at += AT_ONCE) {
    const replies = await Promise.all(packets.slice(at, at + AT_ONCE).map((packet) => handler!(packet)))
    for (const reply of replies) verify('type of the reply', reply[0]!, FULFILL)
  }
}

const METRICS: readonly MetricInfo[] = [
  { name: 'packets', unit: 'packets/s', better: 'more' },
  { name: 'cpu', unit: 'µs CPU/packet, server alone', better: 'less' },
]

const crowds: Readonly<Record<string, Parameters<typeof serve>>> = {
  'ours, 10,000 connections': ['ours', 10_000, 3],
  'ours, 10 connections': ['ours', 10, 3],
  '2.7.2-alpha.3, 10,000 connections': ['2.7.2-alpha.3', 10_000],
}

export const crowdedServer: Scenario = {
  name: 'server-10000',
  title: 'A server whose connections pay in turn',
  contenders: Object.keys(crowds),
  metrics: METRICS,
  rounds: { full: 3, quick: 0 },
  run: (contender) => serve(...crowds[contender]!),
}
