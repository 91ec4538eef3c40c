/**
 * Interledger STREAM (RFC 0029): connections that carry money and data over ILP.
 *
 * @packageDocumentation
 */
export { createConnection, type CreateConnectionOpts } from './create-connection.js'
export {
  Server,
  createServer,
  type AddressAndSecret,
  type GenerateAddressSecretOpts,
  type ReceivingServer,
  type SendingServer,
  type ServerEvents,
  type ServerOpts,
} from './server.js'
export { Connection, type ConnectionEvents, type WaitOpts } from './connection.js'
export type { ReceivingConnection, ReceivingStream, SendingConnection, SendingStream } from './one-sided.js'
export type { ConnectionMode, ConnectionStats } from '@stream/connection'
export type { ConnectionOpts } from './connection-options.js'
export { DataAndMoneyStream, type ReceiveOpts, type SendOpts } from './data-and-money-stream.js'
export {
  RECEIPT_VERSION,
  createReceipt,
  decodeReceipt,
  verifyReceipt,
  type Receipt,
  type ReceiptOpts,
  type ReceiptWithHMAC,
} from './receipt.js'
export {
  ClosedError,
  ConnectionError,
  ConnectionModeError,
  IlpRejectionError,
  InvalidArgumentError,
  UplinkError,
} from './errors.js'
export type { AmountLike, BigNumberLike, LongLike } from './amount.js'
export type { DecimalLike } from './decimal.js'
export type { Plugin } from './plugin.js'
export type { Listens } from './events.js'
