import { MAX_UINT64, type ErrorCode } from '@stream/frames'

/** What the caller did wrong; stable, to be tested against instead of the message. */
export type StreamErrorName =
  | 'InvalidConfig'
  | 'InvalidAmount'
  | 'UnknownStream'
  | 'StreamClosed'
  | 'ConnectionClosed'
  | 'UnknownPrepare'
  | 'SendMaxTooLow'
  | 'ReceiveMaxTooLow'
  | 'ReceiptBaseTooLow'
  | 'OneSided'

/**
 * Misuse of the core by its caller. The message says what was wrong, what was expected and what to do.
 * A peer's fault is never thrown: it closes the connection and ends up in a `CloseReason`.
 */
export class StreamError extends Error {
  override readonly name = 'StreamError'
  constructor(
    readonly misuse: StreamErrorName,
    message: string,
  ) {
    super(message)
  }
}

/** Throws `StreamError` for what no ILP packet and no frame can carry. */
export function assertUint64(name: string, amount: bigint): void {
  if (amount >= 0n && amount <= MAX_UINT64) return
  throw new StreamError('InvalidAmount', `${name} must be from 0 to ${MAX_UINT64} units, got ${amount}`)
}

/** A peer's breach of the protocol: the code and text of the close frame that answers it (RFC 0029, 5.4). */
export interface Violation {
  readonly errorCode: ErrorCode
  readonly errorMessage: string
}

export function violation(errorCode: ErrorCode, errorMessage: string): Violation {
  return { errorCode, errorMessage }
}
