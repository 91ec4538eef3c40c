import { streamsBothWays } from './both-ways.js'
import { codecs } from './codec.js'
import { dataAt, dataAtZeroLatency } from './data.js'
import { btpHop } from './hop.js'
import { idleScenarios } from './idle.js'
import { moneyAt, moneyAtZeroLatency, moneyOnStreams, moneyThroughBucket } from './money.js'
import type { Scenario } from './scenario.js'
import { crowdedServer } from './server.js'
import { connectionSetUp } from './set-up.js'

/** In the order of the report. */
export const scenarios: readonly Scenario[] = [
  moneyAtZeroLatency,
  moneyAt(10, { full: 2, quick: 0 }),
  moneyAt(50, { full: 1, quick: 1 }),
  moneyAt(200, { full: 1, quick: 0 }),
  dataAtZeroLatency,
  dataAt(50, { full: 2, quick: 1 }),
  moneyOnStreams(1, { full: 1, quick: 0 }),
  moneyOnStreams(10, { full: 1, quick: 0 }),
  moneyOnStreams(100, { full: 1, quick: 0 }),
  streamsBothWays,
  moneyThroughBucket(10, { full: 1, quick: 0 }, 4),
  moneyThroughBucket(50, { full: 1, quick: 1 }, 40),
  connectionSetUp,
  ...idleScenarios,
  crowdedServer,
  ...codecs,
  btpHop,
]

/** @throws when there is none of this name. */
export function scenarioNamed(name: string): Scenario {
  const scenario = scenarios.find((candidate) => candidate.name === name)
  if (scenario !== undefined) return scenario
  throw new Error(`no scenario ${name}; there are ${scenarios.map((known) => known.name).join(', ')}`)
}
