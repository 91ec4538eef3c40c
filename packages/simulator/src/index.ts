export type { Ratio } from '@stream/connection'
export {
  Connector,
  type ConnectorOptions,
  type ConnectorOutput,
  type ConnectorStats,
  type ForwardId,
  type Price,
  type RequestId,
} from './connector.js'
export type { AccountId, AccountLimits, AccountOptions, AccountStats } from './connector-account.js'
export { adversary, type Mischief } from './adversary.js'
export { simulateClient, type ClientOptions, type SimulatedClient } from './client.js'
export { ConnectionDriver, type SendPrepare } from './connection-driver.js'
export { SimulatorError } from './errors.js'
export { decimalRatio, type Asset } from './exchange.js'
export { bookViolations, eventViolations, type Books } from './invariants.js'
export { Link, type LinkOptions, type LinkStats } from './link.js'
export { seededRandom, type Random } from './random.js'
export {
  Network,
  simulateNetwork,
  type AttachOptions,
  type Attachment,
  type ConnectorSetup,
  type NetworkOptions,
  type NetworkStats,
  type PeeringOptions,
  type PrepareHandler,
  type WiresOptions,
} from './network.js'
export type { NetworkEvent, Packet, Tamper, Tampered } from './packet.js'
export { queueing, type QueueOptions } from './queueing.js'
export { RoutingTable } from './routing-table.js'
export { Alarm, Scheduler, SimulationStuckError, type Cancel, type RunLimits, type VirtualClock } from './scheduler.js'
export { simulateServer, type AcceptedConnection, type ServerOptions, type SimulatedServer } from './server.js'
export { TimedQueue } from './timed-queue.js'
export { TokenBucket, type TokenBucketOptions } from './token-bucket.js'
export type { WireOptions, WireStats } from './wire.js'
