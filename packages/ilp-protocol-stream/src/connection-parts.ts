import type { ConnectionMode } from '@stream/connection'
import type { AmountLike } from './amount.js'
import type { ConnectionDriver } from './driver.js'
import type { Account } from './ildcp.js'
import type { MoneyDecider } from './money-decider.js'

/** What a `Connection` is made of; made by `createConnection` and `Server`. */
export interface ConnectionParts {
  readonly driver: ConnectionDriver
  readonly account: Account
  readonly mode: ConnectionMode
  readonly connectionTag?: string | undefined
  readonly precisionDigits: number
  readonly decider?: MoneyDecider | undefined
  /** From which total receipts of a stream count. */
  readonly receiptBase?: ((streamId: number) => AmountLike | PromiseLike<AmountLike>) | undefined
  /** Called once, when everybody has been told. */
  readonly onClosed: () => void
}
