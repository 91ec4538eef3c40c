export {
  INITIAL_PACKET_WINDOW,
  MAX_PACKET_WINDOW,
  UNLIMITED_AMOUNT,
  type CongestionController,
  type CongestionControllerFactory,
  type CongestionSignal,
  type Duration,
  type InFlight,
  type Instant,
  type SentPacketInfo,
} from './congestion/controller.js'
export { aimd, type AimdOptions } from './congestion/aimd.js'
export { bottleneckRate, type BottleneckRateOptions } from './congestion/bottleneck-rate.js'
export { cubic, type CubicOptions } from './congestion/cubic.js'
export { fixedRate, type FixedRateOptions } from './congestion/fixed-rate.js'
export { fixedWindow, type FixedWindowOptions } from './congestion/fixed-window.js'
export { paced, type PacerOptions } from './congestion/pacer.js'
export { predecessor } from './congestion/predecessor.js'
export type { Delivery } from './credit/delivery.js'
export { LimitSync } from './credit/limit-sync.js'
export {
  ASSUMED_CONNECTION_LIMIT,
  ASSUMED_STREAM_LIMIT,
  ReceiveWindow,
  type ReceiveWindowOptions,
} from './credit/receive-window.js'
export { SendCredit } from './credit/send-credit.js'
export { FlowUsageError } from './errors.js'
