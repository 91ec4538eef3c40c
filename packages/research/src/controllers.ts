import {
  aimd,
  bottleneckRate,
  cubic,
  fixedRate,
  fixedWindow,
  paced,
  predecessor,
  type CongestionControllerFactory,
} from '@stream/flow'
import type { Scenario } from '@stream/simulator/scenarios'
import { capacityOf } from './measure/capacity.js'

/** Makes a factory for the flows of one scenario; only yardsticks look at the scenario. */
export type ControllerChoice = (scenario: Scenario) => CongestionControllerFactory

/** A flow that is told its share of the bottleneck from the beginning, and knows nothing of changes. */
const knowingItsShare: ControllerChoice = (scenario) => {
  const capacity = capacityOf(scenario)
  const share = capacity.rateAt(0) / scenario.flows.length
  return fixedRate(capacity.unit === 'amount' ? { unitsPerSecond: share } : { packetsPerSecond: share })
}

/** What applications use unless they say otherwise. */
export const DEFAULT_CONTROLLER = 'bottleneck-rate'

/** The controllers that come with `@stream/flow`, by the names that the command line and the reports use. */
export const builtInControllers: Readonly<Record<string, ControllerChoice>> = {
  [DEFAULT_CONTROLLER]: () => bottleneckRate(),
  'paced-aimd': () => paced(aimd()),
  aimd: () => aimd(),
  'paced-cubic': () => paced(cubic()),
  'fixed-rate': knowingItsShare,
  'fixed-window': () => fixedWindow({ packets: 20 }),
  predecessor: () => predecessor(),
}
