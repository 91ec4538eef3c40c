export { createConnection, type CreateConnectionOpts } from '../../create-connection.js'
export { Server, createServer, type ReceivingServer, type SendingServer, type ServerEvents } from '../../server.js'
export type { AddressAndSecret, GenerateAddressSecretOpts, ReceiptStream, ServerOpts } from '../../server-options.js'
export { Connection, type ConnectionEvents } from '../../connection.js'
export type { ReceivingConnection, ReceivingStream, SendingConnection, SendingStream } from '../../one-sided.js'
export type { ConnectionMode, ConnectionStats } from '@stream/connection'
export type { ConnectionOpts } from '../../connection-options.js'
export { DataAndMoneyStream } from '../../data-and-money-stream.js'
export type { ReceiveOpts, SendOpts, WaitOpts } from '../../wait-opts.js'
export {
  RECEIPT_VERSION,
  createReceipt,
  decodeReceipt,
  verifyReceipt,
  type Receipt,
  type ReceiptOpts,
  type ReceiptWithHMAC,
} from '../../receipt.js'
export {
  ClosedError,
  ConnectionError,
  ConnectionModeError,
  IlpRejectionError,
  InvalidArgumentError,
  RefusalError,
  UplinkError,
} from '../../errors.js'
export type { AmountLike, BigNumberLike, LongLike } from '../../amount.js'
export type { DecimalLike } from '../../decimal.js'
export type { Plugin } from '../../plugin.js'
export type { Listens } from '../../events.js'
