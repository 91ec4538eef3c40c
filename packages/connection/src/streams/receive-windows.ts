import { ReceiveWindow } from '@stream/flow'
import { ASSUMED, type ConnectionConfig } from '../config.js'

type Limits = ConnectionConfig['limits']
export type StreamWindowLimits = Pick<Limits, 'streamWindow' | 'maxStreamWindow'>
export type ConnectionWindowLimits = Pick<Limits, 'connectionWindow' | 'maxConnectionWindow'>

/** What a stream of the peer may carry before it is told more, in bytes. */
export function initialStreamLimit({ streamWindow }: StreamWindowLimits): number {
  return Math.max(ASSUMED.streamWindow, streamWindow)
}

/** What the peer may send on one stream. `isTold`: it knows the limit that the window begins with. */
export function streamReceiveWindow(limits: StreamWindowLimits, isTold: boolean): ReceiveWindow {
  const { streamWindow: window, maxStreamWindow: maxWindow } = limits
  const assumed = isTold ? initialStreamLimit(limits) : ASSUMED.streamWindow
  return new ReceiveWindow({ window, maxWindow, assumed })
}

/** What the peer may send on all streams together. */
export function connectionReceiveWindow(limits: ConnectionWindowLimits, isTold: boolean): ReceiveWindow {
  const { connectionWindow: window, maxConnectionWindow: maxWindow } = limits
  const assumed = isTold ? Math.max(ASSUMED.connectionWindow, window) : ASSUMED.connectionWindow
  return new ReceiveWindow({ window, maxWindow, assumed })
}
