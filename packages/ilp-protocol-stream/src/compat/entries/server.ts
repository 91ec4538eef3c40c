export {
  Server,
  createServer,
  type AddressAndSecret,
  type GenerateAddressSecretOpts,
  type ServerEvents,
  type ServerOpts,
} from '../../server.js'
export type { Listens } from '../../events.js'
