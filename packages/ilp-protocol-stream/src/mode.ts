import type { ConnectionMode } from '@stream/connection'
import { ConnectionModeError } from './errors.js'

/** @throws {ConnectionModeError} when a connection of this mode cannot `what`, for example "set receiveMax". */
export function requireMode(mode: ConnectionMode, direction: 'send' | 'receive', what: string): void {
  if (mode === direction || mode === 'both') return
  throw new ConnectionModeError(
    `Cannot ${what}: this end of the connection only ${mode}s. Create it with mode '${direction}' or 'both'`,
  )
}
