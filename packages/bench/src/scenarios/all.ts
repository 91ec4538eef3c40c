import { codecs } from './codec.js'
import { connectionSetUp, idleConnections } from './connections.js'
import { dataAt } from './data.js'
import { btpHop } from './hop.js'
import { moneyAt, moneyAtZeroLatency, moneyOnStreams, moneyThroughBucket } from './money.js'
import type { Scenario } from './scenario.js'

/** In the order of the report. */
export const scenarios: readonly Scenario[] = [
  moneyAtZeroLatency,
  moneyAt(10, false),
  moneyAt(50, true),
  moneyAt(200, false),
  dataAt(0, true),
  dataAt(50, true),
  moneyOnStreams(1),
  moneyOnStreams(10),
  moneyOnStreams(100),
  moneyThroughBucket(10, false),
  moneyThroughBucket(50, true),
  connectionSetUp,
  idleConnections(1000, true, 2),
  idleConnections(10_000, false, 1),
  ...codecs,
  btpHop,
]

export function scenarioNamed(name: string): Scenario {
  const scenario = scenarios.find((candidate) => candidate.name === name)
  if (scenario !== undefined) return scenario
  throw new Error(`no scenario ${name}; there are ${scenarios.map((known) => known.name).join(', ')}`)
}
