import type { Duration } from '@stream/flow'
import type { AmountLike } from './amount.js'
import type { ConnectionOpts } from './connection-options.js'

export interface ServerOpts extends ConnectionOpts {
  /** 32 bytes from which all addresses and secrets derive; keep it to know them again after a restart. Default: random. */
  serverSecret?: Uint8Array | undefined
  /** Milliseconds between the last reply and the plugin's disconnection, so that replies get away; default 100. */
  disconnectDelay?: Duration | undefined
  /**
   * From which total the receipts of a stream count (RFC 0039), in our units: what the application stored of it before a
   * restart, or what other processes have received for the same payment. Asked for each stream of connections that give
   * receipts; until it is known the stream is paid nothing, and without it the stream is destroyed. Default 0.
   */
  receiptBase?: ((stream: ReceiptStream) => AmountLike | PromiseLike<AmountLike>) | undefined
}

/** The stream whose receipts are to be continued. */
export interface ReceiptStream {
  readonly streamId: number
  /** 16 bytes; together with the stream's id they name what the receipts are about. */
  readonly receiptNonce: Buffer
  readonly connectionTag: string | undefined
}

export interface GenerateAddressSecretOpts {
  /** ASCII; the connection it is used for carries it (`connection.connectionTag`). Encrypted in the address. */
  connectionTag?: string | undefined
  /** 16 bytes; makes the connection give receipts (RFC 0039), together with `receiptSecret`. */
  receiptNonce?: Uint8Array | undefined
  /** 32 bytes. */
  receiptSecret?: Uint8Array | undefined
}

/** What a client needs in order to connect, to be handed over on a secure channel. */
export interface AddressAndSecret {
  destinationAccount: string
  sharedSecret: Buffer
  receiptsEnabled: boolean
}
