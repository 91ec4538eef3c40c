import { nodeCrypto } from '@stream/crypto/node'
import { FaultCounts } from '../../../simulator/src/oracle/fault.js'
import { FaultyPath } from '../../../simulator/src/oracle/path.js'
import type { EndPlan, Scenario } from '../../../simulator/src/oracle/scenario.js'
import { simulateNetwork } from '../../../simulator/src/network.js'
import { createConnection, createServer, type Connection, type ConnectionOpts, type Server } from '../../src/index.js'
import { Application, type Surroundings } from './application.js'
import { Outcomes } from './outcomes.js'
import { PacketTrace } from './packet-trace.js'
import { makeRepeatable } from './repeatable.js'
import { NO_FAULTS, SimulatedPlugin } from './simulated-plugin.js'
import { START, VirtualTime } from './virtual-time.js'

/** How long after the last fault everything that was begun must have come to its end. */
const CALM = 120_000
const CLOSING = 90_000

export interface FacadeReport {
  readonly findings: readonly string[]
  readonly faults: number
  readonly outcomes: number
  readonly paid: bigint
}

/**
 * Two programs that use this package over a network in which everything goes wrong that the scenario names. The same
 * scenario gives the same run. `trace` hears what happens, one line each.
 */
export async function runFacade(scenario: Scenario, trace?: (line: string) => void): Promise<FacadeReport> {
  makeRepeatable(scenario.seed)
  const counts = new FaultCounts()
  const note = trace && ((text: string) => trace(`${(network.scheduler.now - START).toFixed(1).padStart(10)}  ${text}`))
  const packets = note && new PacketTrace(note)
  const outcomes = new Outcomes(note)
  const network = simulateNetwork({
    seed: scenario.seed,
    crypto: nodeCrypto,
    start: START,
    connectors: [],
    ...(packets !== undefined && { trace: (event) => packets.tell(event) }),
  })
  const time = new VirtualTime(network.scheduler)
  const path = new FaultyPath({
    scenario,
    random: network.random.fork('faults'),
    counts,
    startedAt: START,
    minimumOf: () => undefined,
    note,
  })
  let isCalm = false
  const around = (name: string): Surroundings => ({
    random: network.random.fork(name),
    outcomes,
    count: (kind) => counts.count(kind),
    isCalm: () => isCalm,
  })
  const plugin = (name: string) => new SimulatedPlugin(network.random.fork(name), (kind) => counts.count(kind))

  // ── the network ─────────────────────────────────────────────────────────────
  const setups = path.connectors()
  setups.forEach((setup, index) => {
    network.addConnector(setup)
    const previous = setups[index - 1]
    if (previous === undefined) return
    const { towardsServer, towardsClient } = path.wires(index)
    const asset = { code: `A${index}`, scale: 9 }
    network.peer(previous.name, setup.name, { asset, link: { out: towardsServer, in: towardsClient } })
  })
  const last = scenario.connectors.length
  const serverPlugin = plugin('server plugin')
  const serverWires = path.wires(last)
  serverPlugin.attachment = network.attach(
    {
      address: `test.c${last - 1}.server`,
      connector: `c${last - 1}`,
      asset: { code: `A${last}`, scale: 9 },
      link: { out: serverWires.towardsClient, in: serverWires.towardsServer },
    },
    serverPlugin.onPrepare,
  )
  const clientPlugin = plugin('client plugin')
  const clientWires = path.wires(0)
  clientPlugin.attachment = network.attach(
    {
      address: 'test.c0.client',
      connector: 'c0',
      asset: { code: 'A0', scale: 9 },
      link: { out: clientWires.towardsServer, in: clientWires.towardsClient },
    },
    clientPlugin.onPrepare,
  )

  // ── the programs ────────────────────────────────────────────────────────────
  const server: Server = await createServer({
    plugin: serverPlugin,
    serverSecret: network.secretFor('server'),
    sourceAccount: serverPlugin.attachment.address,
    assetCode: `A${last}`,
    assetScale: 9,
    ...optionsOf(scenario.server, around('server decisions')),
  })
  const applications: Application[] = []
  const served: Application[] = []
  server.on('connection', (connection: Connection) => {
    const name = `server ${served.length + 1}`
    served.push(new Application(name, connection, scenario.server.app, around(name), false))
  })
  const faults = scenario.profile === 'calm' ? NO_FAULTS : { throws: 0.01, rejects: 0.01, answersJunk: 0.01 }
  clientPlugin.faults = faults
  serverPlugin.faults = faults

  let connecting = 0
  const connect = async (): Promise<void> => {
    if (isCalm || connecting >= scenario.connections) return
    const name = `client ${++connecting}`
    const credentials = server.generateAddressAndSecret()
    packets?.addKey(credentials.sharedSecret)
    const attempt = createConnection({
      ...optionsOf(scenario.client, around(`${name} decisions`)),
      plugin: clientPlugin,
      ...credentials,
      sourceAccount: 'test.c0.client',
      assetCode: 'A0',
      assetScale: 9,
    })
    void outcomes.promise(`connect of ${name}`, attempt)
    const connection = await attempt.catch(() => undefined)
    if (connection === undefined) return connect()
    applications.push(new Application(name, connection, scenario.client.app, around(name), true))
    connection.on('close', () => void connect())
  }
  void connect()

  // ── the run ─────────────────────────────────────────────────────────────────
  for (const change of [...scenario.changes].sort((a, b) => a.at - b.at)) {
    await time.until(change.at)
    if (change.kind === 'price') path.prices[change.connector] = { ...change.price }
    else if (change.kind === 'wrongTime') time.setWrong(change.by)
    else if (change.kind === 'clockStep') await time.sleep(Math.min(change.by, 10_000))
    else continue
    counts.count(change.kind)
    note?.(change.kind)
  }
  await time.until(scenario.faultsUntil)
  note?.('calm')
  isCalm = true
  clientPlugin.faults = serverPlugin.faults = NO_FAULTS
  time.setWrong(0)
  await time.until(time.elapsed + CALM)
  for (const application of applications) void application.end()
  await time.until(time.elapsed + CLOSING)
  void outcomes.promise('close of the server', server.close())
  await time.until(time.elapsed + CLOSING)

  const findings = [...outcomes.findings, ...outcomes.pending.map((name) => `${name} never settles`)]
  for (const application of [...applications, ...served]) findings.push(...application.findings())
  const booked = (all: readonly Application[], total: 'totalSent' | 'totalReceived') =>
    all.reduce((sum, { connection }) => sum + BigInt(connection[total]), 0n)
  for (const [name, one, all] of [
    ['client', clientPlugin, applications],
    ['server', serverPlugin, served],
  ] as const) {
    const received = booked(all, 'totalReceived')
    if (received !== one.fulfilled) findings.push(`${name}s received ${received}, ${one.fulfilled} was fulfilled`)
    const sent = booked(all, 'totalSent')
    // A Fulfill that comes after the end of its connection is told to nobody.
    if (sent > one.paid) findings.push(`${name}s sent ${sent}, only ${one.paid} was paid`)
    if (one.isConnected()) findings.push(`the ${name}'s plugin is left connected`)
    if (one.hasHandler) findings.push(`the ${name}'s plugin is left with a handler`)
  }
  if (time.timers > 0) findings.push(`${time.timers} timers are left`)
  findings.push(...missingBytes(applications, served))
  return { findings, faults: counts.total, outcomes: outcomes.settled, paid: clientPlugin.paid }
}

/** A stream that finished without an error at both ends has brought everything. */
function* missingBytes(clients: readonly Application[], servers: readonly Application[]): Generator<string> {
  for (const client of clients) {
    const key = client.connection.destinationAccount
    const server = servers.find(({ connection }) => connection.destinationAccount === client.connection.sourceAccount)
    if (key === undefined || server === undefined || clients.length > 1) continue
    if (client.hasEndedSomething || server.hasEndedSomething) continue
    for (const [id, { isFinished, hasFailed, written }] of client.streams) {
      const other = server.streams.get(id)
      if (!isFinished || hasFailed || other === undefined || other.hasFailed) continue
      const { position } = other.bytes
      if (position < written) yield `stream ${id} finished, ${position} of ${written} bytes arrived`
    }
  }
}

function optionsOf(plan: EndPlan, { random }: Surroundings): ConnectionOpts {
  const { app, rate, slippage, maxPacketAmount, idle } = plan
  return {
    slippage: Number(slippage.numerator) / Number(slippage.denominator),
    maximumPacketAmount: maxPacketAmount.toString(),
    idleTimeout: idle,
    ...(typeof rate === 'object' && { exchangeRate: Number(rate.numerator) / Number(rate.denominator) }),
    ...(plan.asksForOffers && { shouldFulfill: () => decision(app.offers, random) }),
  }
}

/** Whoever decides over packets takes its time, refuses, and forgets about some. */
function decision(offers: EndPlan['app']['offers'], random: Surroundings['random']): Promise<void> {
  if (offers === 'declineSome' && random.chance(0.1)) return Promise.reject(new Error('declined'))
  if (offers !== 'acceptLater') return Promise.resolve()
  return new Promise((resolve) => setTimeout(resolve, random.between(0, 1_000)))
}
