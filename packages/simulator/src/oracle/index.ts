/**
 * Whole runs drawn from one number: a network, both ends of a connection, everything that can go wrong with them, and
 * the invariants that must hold all the same.
 *
 * @packageDocumentation
 */
export { scenario } from './draw-scenario.js'
export { FaultCounts, type Burst, type FaultKind, type FaultPlan } from './fault.js'
export { Inspector, type Violation } from './inspector.js'
export type { Invariant } from './invariant.js'
export { runScenario, type RunOptions, type RunReport } from './run.js'
export {
  profiles,
  type Change,
  type ConnectorPlan,
  type EndPlan,
  type HopPlan,
  type Profile,
  type Scenario,
} from './scenario.js'
