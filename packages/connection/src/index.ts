/**
 * Interledger STREAM (RFC 0029) as a synchronous, deterministic state machine: no IO, no clock, no promise.
 *
 * @packageDocumentation
 */
export { Connection } from './connection.js'
export { Endpoint, type EndpointOptions, type Routed } from './endpoint.js'
export {
  ASSUMED,
  connectionConfig,
  type ConnectionConfig,
  type ConnectionMode,
  type ConnectionOptions,
} from './config.js'
export { StreamError, type StreamErrorName, type Violation } from './errors.js'
export type { CloseReason, ConnectionEvent, Input, Output, PrepareId } from './io.js'
export { MAX_PACKETS, type ConnectionState } from './lifecycle.js'
export type { ConnectionFigures, ConnectionStats, StreamStats } from './stats.js'
export type { RateBounds } from './path/exchange-rate.js'
export { ratio, type Ratio } from './path/ratio.js'
export { StreamTable } from './streams/stream-table.js'
