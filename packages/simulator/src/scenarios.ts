export { scenarioNamed, scenarios } from './scenarios/catalogue.js'
export type { FlowSeries } from './scenarios/flow-series.js'
export { runScenario, type FlowRecording, type Recording, type RunOptions } from './scenarios/run-scenario.js'
export {
  DEFAULT_SAMPLE_INTERVAL,
  type ChanceRefusals,
  type Flow,
  type Hop,
  type LimitChange,
  type Load,
  type Scenario,
} from './scenarios/scenario.js'
