import { fork } from 'node:child_process'
import ilpPluginBtp from 'ilp-plugin-btp'
import { PLENTY } from '../contenders/connected.js'
import { implementations, load, type Credentials, type ImplementationName } from '../contenders/implementation.js'
import { busy, measureSpan } from '../measure.js'
import { MAX_PACKET } from './money.js'
import type { Scenario } from './scenario.js'

interface Child {
  readonly ready: Promise<unknown>
  ask(): Promise<unknown>
  stop(): void
}

/** Another process of this benchmark; what it says first is that it is ready. It answers in the order it was asked. */
function start(role: 'network' | 'server', args: readonly string[]): Child {
  const child = fork(new URL('../hop-process.js', import.meta.url), [role, ...args])
  const waiting: { resolve: (message: unknown) => void; reject: (error: Error) => void }[] = []
  child.on('message', (message) => waiting.shift()?.resolve(message))
  child.once('exit', (code) => {
    for (const { reject } of waiting) reject(new Error(`the ${role} process ended with code ${code}`))
  })
  const next = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject })
    })
  return {
    ready: next(),
    ask() {
      const answer = next()
      child.send('totals')
      return answer
    },
    stop: () => void child.kill(),
  }
}

interface ServerTotals {
  readonly received: string
  readonly cpu: number
}

export const btpHop: Scenario = {
  name: 'btp-hop',
  title: 'Money over BTP: client, connector and server in three processes',
  contenders: implementations,
  metrics: [
    { name: 'packets', unit: 'packets/s', better: 'more' },
    { name: 'ends', unit: 'µs CPU/packet, both ends', better: 'less' },
    { name: 'client', unit: 'µs CPU/packet, client', better: 'less' },
    { name: 'server', unit: 'µs CPU/packet, server', better: 'less' },
  ],
  rounds: { full: 2, quick: 1 },
  async run(contender, spans) {
    const network = start('network', [String(MAX_PACKET)])
    const urls = (await network.ready) as { client: string; server: string }
    const server = start('server', [contender, urls.server])
    try {
      const credentials = (await server.ready) as Omit<Credentials, 'sharedSecret'> & { sharedSecret: string }
      const client = await (
        await load(contender as ImplementationName)
      ).createConnection({
        plugin: new ilpPluginBtp.default({ server: urls.client }),
        destinationAccount: credentials.destinationAccount,
        sharedSecret: Buffer.from(credentials.sharedSecret, 'hex'),
      })
      client.createStream().setSendMax(PLENTY)
      const { wall, cpu, before, after } = await measureSpan(
        spans,
        () => ({ sent: BigInt(client.totalSent), server: server.ask() as Promise<ServerTotals> }),
        busy,
      )
      const packets = Number((after.sent - before.sent) / MAX_PACKET)
      const [first, last] = [await before.server, await after.server]
      // The server has received what the client knows to have sent, and at most what is in flight besides.
      if (BigInt(last.received) < after.sent) throw new Error(`received ${last.received}, sent ${after.sent}`)
      const ends = { client: (cpu * 1e6) / packets, server: (last.cpu - first.cpu) / packets }
      return { packets: packets / wall, ends: ends.client + ends.server, ...ends }
    } finally {
      server.stop()
      network.stop()
    }
  },
}
