import type { TokenReading } from '@stream/crypto'
import type { IlpAddress } from '@stream/frames/ilp'
import type { AmountLike } from './amount.js'
import { asBuffer } from './buffers.js'
import { MoneyDecider } from './money-decider.js'
import type { ServerOpts } from './server-options.js'

/** What a connection `C` is told by whoever made it: one object for all of a server that need nothing of their own. */
export interface ConnectionParts<C> {
  /** Our own address, as the connector gave it. */
  readonly sourceAccount: IlpAddress
  readonly decider?: MoneyDecider | undefined
  /** From which total receipts of a stream count. */
  readonly receiptBase?: ((streamId: number) => AmountLike | PromiseLike<AmountLike>) | undefined
  /** Called once, when everybody has been told. */
  readonly onClosed: (connection: C) => void
}

/** Those of a server's connection: what the options decide by its token is its own. */
export function partsFor<C>(reading: TokenReading, opts: ServerOpts, shared: ConnectionParts<C>): ConnectionParts<C> {
  const { connectionTag, receiptNonce, sharedSecret } = reading
  const { shouldFulfill, receiptBase } = opts
  const isPaidOn = receiptBase !== undefined && receiptNonce !== undefined
  if (shouldFulfill === undefined && !isPaidOn) return shared
  return {
    ...shared,
    decider: shouldFulfill && new MoneyDecider(shouldFulfill, sharedSecret, connectionTag),
    receiptBase: isPaidOn
      ? (streamId) => receiptBase({ streamId, receiptNonce: asBuffer(receiptNonce), connectionTag })
      : undefined,
  }
}
