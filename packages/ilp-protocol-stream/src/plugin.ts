import { pluginFromEnvironment } from 'ilp-plugin'
import type { Duration } from '@stream/flow'
import { withDeadline } from './deadline.js'
import { messageOf, UplinkError } from './errors.js'

/** A ledger plugin: the way to the next connector. Bytes are whole ILPv4 packets. */
export interface Plugin {
  connect: () => Promise<void>
  disconnect: () => Promise<void>
  isConnected: () => boolean
  sendData: (data: Buffer) => Promise<Buffer>
  registerDataHandler: (handler: (data: Buffer) => Promise<Buffer>) => void
  deregisterDataHandler: () => void
}

/** Enough for a plugin to try a few times; some (`ilp-plugin-btp`) would try in silence for ever. */
export const DEFAULT_CONNECT_TIMEOUT: Duration = 10_000

/** The plugin that the environment names: `ILP_PLUGIN`, `ILP_CREDENTIALS`, else BTP to localhost:7768. */
export function defaultPlugin(): Plugin {
  return pluginFromEnvironment({ name: '' }) as unknown as Plugin
}

/** @throws {UplinkError} when it does not connect in time. */
export async function connectPlugin(plugin: Plugin, timeout: Duration): Promise<void> {
  try {
    await withDeadline(plugin.connect(), timeout, () => notConnected(timeout))
  } catch (error) {
    throw error instanceof UplinkError ? error : notConnected(timeout, error)
  }
}

function notConnected(timeout: Duration, cause?: unknown): UplinkError {
  const how = cause === undefined ? `within ${timeout} ms` : `: ${messageOf(cause)}`
  return new UplinkError(
    `The plugin could not connect ${how}`.replace(' :', ':') +
      '. Is a connector listening at the host and port it was given, and does it accept its credentials?' +
      ' (`connectTimeout` sets how long to wait.)',
    { cause },
  )
}
