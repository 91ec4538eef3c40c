import { SimulatorError } from '../errors.js'
import { dataAndMoney, equalCompetitors, lateComer, unequalCompetitors } from './competition.js'
import { packetLimitChanges, rateStepDown, rateStepUp } from './limits-that-change.js'
import { refusalsByChance } from './refusals-by-chance.js'
import type { Scenario } from './scenario.js'
import {
  dataPath,
  jitteryPath,
  micropayments,
  noPacketLimit,
  packetRateLimit,
  queueingPath,
  singleBottleneck,
  twoHops,
} from './single-bottleneck.js'

/** Every scenario that comes with the simulator, in the order in which a report shows them. */
export const scenarios: readonly Scenario[] = [
  ...singleBottleneck,
  noPacketLimit,
  packetRateLimit,
  twoHops,
  jitteryPath,
  ...refusalsByChance,
  rateStepDown,
  rateStepUp,
  packetLimitChanges,
  lateComer,
  ...equalCompetitors,
  ...unequalCompetitors,
  dataPath,
  dataAndMoney,
  micropayments,
  queueingPath,
]

/** @throws {SimulatorError} naming those that there are. */
export const scenarioNamed = (name: string): Scenario => {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found === undefined) {
    throw new SimulatorError('scenario', name, `one of ${scenarios.map((scenario) => scenario.name).join(', ')}`)
  }
  return found
}
