import { ErrorCode } from '@stream/frames'
import type { Violation } from './errors.js'
import { violation } from './errors.js'
import type { CloseReason } from './io.js'

/** What the peer is told about our reason. */
export function closeFrameOf(reason: CloseReason): Violation {
  switch (reason.by) {
    case 'local':
    case 'peer':
      return violation(reason.errorCode, reason.errorMessage)
    case 'packetLimit':
      return violation(ErrorCode.InternalError, 'Connection exceeded maximum number of packets')
    case 'rateTooLow':
      return violation(ErrorCode.ApplicationError, 'Less was delivered than the minimum')
    default:
      return violation(ErrorCode.InternalError, 'The path is of no use')
  }
}

const OF_THE_PATH: ReadonlySet<CloseReason['by']> = new Set([
  'rateUnknown',
  'pathMaximumZero',
  'path',
  'wrongFulfillment',
  'sendFailed',
])

/** The path failed, not the peer: chances are that nothing reaches it. */
export function isOfThePath(reason: CloseReason): boolean {
  return OF_THE_PATH.has(reason.by)
}
