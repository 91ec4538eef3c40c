import type { Duration } from '@stream/flow'
import { parseAmount, type AmountLike } from './amount.js'
import type { ConnectionOpts } from './connection-options.js'
import { InvalidArgumentError } from './errors.js'

export interface ServerOpts extends ConnectionOpts {
  /** 32 bytes from which all addresses and secrets derive; keep it to know them again after a restart. Default: random. */
  serverSecret?: Uint8Array | undefined
  /** Milliseconds between the last reply and the plugin's disconnection, so that replies get away; default 100. */
  disconnectDelay?: Duration | undefined
  /** For `createServer`: gives up, what has begun is undone, and the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined
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
  /**
   * When the address expires: a `Date`, or milliseconds since the Unix epoch. From then on it makes no connection, and the
   * next packet ends the one it has made; the client is told why. Default: never.
   */
  expiresAt?: Date | number | undefined
  /**
   * The most that a connection made with it receives on all its streams together, in the server's units, whatever their
   * `receiveMax`. The token keeps no books: a client that connects anew begins anew. Default: no limit.
   */
  receiveMax?: AmountLike | undefined
  /** The most packets its connection seals, requests and replies; then it closes. Default: 2^31, the most there can be. */
  maxPackets?: number | undefined
}

/** The limits in the terms of the token. @throws {InvalidArgumentError} for one that is none. */
export function tokenLimits({ expiresAt, receiveMax, maxPackets }: GenerateAddressSecretOpts) {
  const time = expiresAt instanceof Date ? expiresAt.getTime() : expiresAt
  if (time !== undefined && !(Number.isSafeInteger(time) && time >= 0)) {
    const expected = 'expiresAt must be a valid Date, or whole milliseconds since the Unix epoch'
    throw new InvalidArgumentError('expiresAt', `${expected}, got ${String(expiresAt)}`)
  }
  if (maxPackets !== undefined && !(Number.isSafeInteger(maxPackets) && maxPackets > 0)) {
    throw new InvalidArgumentError(
      'maxPackets',
      `maxPackets must be a positive whole number, got ${String(maxPackets)}`,
    )
  }
  return {
    expiresAt: time,
    receiveMax: receiveMax === undefined ? undefined : parseAmount(receiveMax, 'receiveMax'),
    maxPackets,
  }
}

/** What a client needs in order to connect, to be handed over on a secure channel. */
export interface AddressAndSecret {
  destinationAccount: string
  sharedSecret: Buffer
  receiptsEnabled: boolean
}
