export { Connection, type ConnectionEvents } from '../../connection.js'
export type { ConnectionOpts } from '../../connection-options.js'
export { ConnectionError } from '../../errors.js'
export type { Listens } from '../../events.js'
