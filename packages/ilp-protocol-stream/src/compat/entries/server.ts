export { Server, createServer, type ServerEvents } from '../../server.js'
export type { AddressAndSecret, GenerateAddressSecretOpts, ServerOpts } from '../../server-options.js'
export type { Listens } from '../../events.js'
