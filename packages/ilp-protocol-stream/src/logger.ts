import { Logger } from 'ilp-logger'

export type { Logger }

/**
 * One per module, switched on by `DEBUG=ilp-protocol-stream:*`. Nothing is formatted while it is off; look at
 * `enabled` of a level before building an argument that costs something.
 */
export function logger(module: string): Logger {
  return new Logger(`ilp-protocol-stream:${module}`)
}
