import { fork, type ChildProcess } from 'node:child_process'
import {
  implementations,
  load,
  NEVER_IDLE,
  type Connection,
  type Credentials,
  type ImplementationName,
} from '../contenders/implementation.js'
import { memoryInUse, type MemoryInUse } from '../memory.js'
import { verify, type Metrics } from '../measure.js'
import { lendAccount } from '../network/between-processes.js'
import { Hub, type Account } from '../network/hub.js'
import type { Scenario } from './scenario.js'

const UNITS = '10'
/** Milliseconds until whatever was under way is over: packets live for half a minute. */
const UNTIL_AT_REST = 32_000
/** Connections that are set up at the same time. */
const AT_ONCE = 20

/** The next message of the other process that has this property; its packets come the same way, and may come before. */
function next<T extends object>(child: ChildProcess, property: keyof T): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = (message: unknown): void => {
      if (typeof message !== 'object' || message === null || !(property in message)) return
      child.off('message', look)
      resolve(message as T)
    }
    child.on('message', look)
    child.once('exit', (code) => reject(new Error(`the server process ended with code ${code}`)))
  })
}

/** The clients are in this process, their server is in another. */
async function idle(contender: string, count: number): Promise<Metrics> {
  const hub = new Hub()
  const child = fork(new URL('../server-process.js', import.meta.url), [contender], {
    execArgv: ['--expose-gc'],
    serialization: 'advanced',
  })
  try {
    lendAccount(hub.account('server'), child)
    await next<{ ready: true }>(child, 'ready')
    const { createConnection } = await load(contender as ImplementationName)
    const accounts = Array.from({ length: count + AT_ONCE }, (_, i) => hub.account(`c${i}`))
    child.send({ give: accounts.length })
    const { credentials } = await next<{ credentials: Credentials[] }>(child, 'credentials')
    const kept: Connection[] = []
    const open = async (plugin: Account): Promise<void> => {
      const { destinationAccount, sharedSecret } = credentials.pop()!
      const connection = await createConnection({
        plugin,
        destinationAccount,
        sharedSecret: Buffer.from(sharedSecret),
        idleTimeout: NEVER_IDLE,
      })
      await connection.createStream().sendTotal(UNITS)
      kept.push(connection)
    }
    const inUse = async (): Promise<{ client: MemoryInUse; server: MemoryInUse; received: string[] }> => {
      child.send('memory')
      const { memory, received } = await next<{ memory: MemoryInUse; received: string[] }>(child, 'memory')
      return { client: memoryInUse(), server: memory, received }
    }
    // What the first connections load is not counted, nor the network, which has made its accounts.
    await Promise.all(accounts.slice(0, AT_ONCE).map(open))
    const before = await inUse()
    for (let at = AT_ONCE; at < accounts.length; at += AT_ONCE) {
      await Promise.all(accounts.slice(at, at + AT_ONCE).map(open))
    }
    await new Promise((resolve) => setTimeout(resolve, UNTIL_AT_REST))
    const after = await inUse()
    verify('connections kept', kept.length, accounts.length)
    verify('connections accepted', after.received.length, accounts.length)
    for (const { totalSent } of kept) verify('totalSent', totalSent, UNITS)
    for (const received of after.received) verify('totalReceived', received, UNITS)
    const perEnd = (end: 'client' | 'server', kind: keyof MemoryInUse): number =>
      (after[end][kind] - before[end][kind]) / (accounts.length - AT_ONCE)
    return {
      clientHeap: perEnd('client', 'heap'),
      serverHeap: perEnd('server', 'heap'),
      clientRss: perEnd('client', 'rss'),
      serverRss: perEnd('server', 'rss'),
    }
  } finally {
    child.kill()
  }
}

function idleConnections(
  count: number,
  contenders: readonly ImplementationName[],
  rounds: Scenario['rounds'],
): Scenario {
  return {
    name: `idle-${count}`,
    title: `${count.toLocaleString('en-US')} idle connections, each with a stream that paid once, half a minute ago`,
    contenders,
    metrics: [
      { name: 'clientHeap', unit: 'B heap/client', better: 'less' },
      { name: 'serverHeap', unit: 'B heap/server end', better: 'less' },
      { name: 'clientRss', unit: 'B RSS/client', better: 'less' },
      { name: 'serverRss', unit: 'B RSS/server end', better: 'less' },
    ],
    rounds,
    nodeOptions: ['--expose-gc'],
    isSideBySide: true,
    run: (contender) => idle(contender, count),
  }
}

export const idleScenarios: readonly Scenario[] = [
  idleConnections(1000, implementations, { full: 1, quick: 0 }),
  idleConnections(10_000, ['ours', '2.7.2-alpha.3'], { full: 1, quick: 0 }),
]
