import type { CryptoProvider } from '@stream/crypto'
import type { Duration } from '@stream/flow'
import { SimulationStuckError } from '../scheduler.js'
import type { Violation } from './inspector.js'
import { closedFindings, drainedFindings, settledFindings } from './invariants/liveness.js'
import type { Change, Scenario } from './scenario.js'
import { World } from './world.js'

/** How long after the last fault everything that was begun must have come to its end. */
const CALM: Duration = 180_000
const CLOSING: Duration = 90_000
const MOST_STEPS = 400_000

export interface RunOptions {
  /** Ciphers and hashes: `nodeCrypto` on Node. Randomness follows from the scenario. */
  readonly crypto: CryptoProvider
  /** Hears what happens, one line each; nothing is built when nobody listens. */
  readonly trace?: ((line: string) => void) | undefined
}

export interface RunReport {
  readonly scenario: Scenario
  readonly violations: readonly Violation[]
  readonly faults: readonly (readonly [kind: string, count: number])[]
  readonly faultCount: number
  /** Prepares that left an end of ours. */
  readonly packets: number
  /** Virtual milliseconds. */
  readonly duration: Duration
  /** Source units that moved. */
  readonly money: bigint
}

/** Plays a scenario to its end and says what the invariants found. The same scenario gives the same report. */
export function runScenario(scenario: Scenario, { crypto, trace }: RunOptions): RunReport {
  const note = trace && ((text: string) => trace(`${world.now.toFixed(1).padStart(10)}  ${text}`))
  const world = new World({ scenario, crypto, note })
  try {
    play(world)
  } catch (error) {
    const [invariant, what] =
      error instanceof SimulationStuckError ? ['I9 no spin', error.message] : ['I12 errors', textOf(error)]
    world.inspector.report(invariant, 'run', what)
  }
  const { violations, ends } = world.inspector
  return {
    scenario,
    violations,
    faults: world.counts.entries(),
    faultCount: world.counts.total,
    packets: ends.reduce((sum, { sent }) => sum + sent.size, 0),
    duration: world.now,
    money: ends.reduce((sum, { fulfilledOut }) => sum + fulfilledOut, 0n),
  }
}

/** Faults, then calm, then every stream is closed, then every connection; after that nothing may move any more. */
function play(world: World): void {
  const { scenario, inspector, network } = world
  const { scheduler } = network
  for (const change of scenario.changes) scheduler.after(change.at, () => apply(world, change))
  reconnect(world)
  const start = scheduler.now
  advance(world, start + scenario.faultsUntil)
  world.isCalm = true
  for (const { application } of world.ends()) application.calm()
  advance(world, start + scenario.faultsUntil + CALM)
  for (const [end, what] of settledFindings(world)) inspector.report('I8 no hang', end, what)
  for (const { application } of world.ends()) application.closeStreams()
  advance(world, scheduler.now + CLOSING)
  for (const [end, what] of closedFindings(world)) inspector.report('I8 no hang', end, what)
  for (const { application } of world.clients) application.close()
  world.isDraining = true
  advance(world, scheduler.now + Math.max(scenario.server.idle, scenario.client.idle) + CLOSING)
  for (const [end, what] of drainedFindings(world)) inspector.report('I8 no hang', end, what)
  inspector.atEnd()
}

/** Runs until `until`, and asks the invariants after each step. */
function advance(world: World, until: number): void {
  const { scheduler } = world.network
  scheduler.at(until, () => {})
  for (let steps = 0; scheduler.now < until; steps++) {
    if (steps > MOST_STEPS) throw new SimulationStuckError(`still busy after ${MOST_STEPS} steps`)
    scheduler.step()
    world.check()
  }
}

/** A client whose connection has ended opens another, as long as the scenario lets it. */
function reconnect(world: World): void {
  const { scheduler } = world.network
  if (world.isCalm) return
  const last = world.clients.at(-1)
  if (last === undefined || last.application.isClosed) world.connect()
  scheduler.after(2_000, () => reconnect(world))
}

function apply(world: World, change: Change): void {
  world.counts.count(change.kind)
  switch (change.kind) {
    case 'price': {
      world.path.prices[change.connector] = { ...change.price }
      return
    }
    case 'restartServer':
      return world.restartServer()
    case 'moveClient':
      return world.moveClient()
    case 'clockStep':
      return world.clocks[change.end].step(change.by)
    case 'wrongTime':
      return world.clocks[change.end].mistake(change.by)
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
