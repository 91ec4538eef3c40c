import type { CloseReason } from '@stream/connection'
import type { Instant } from '@stream/flow'
import { ErrorCode } from '@stream/frames'
import type { Observation } from '../observation.js'
import type { Finding, Invariant } from '../invariant.js'

/** I11: nobody who does not hold the keys ends a connection, other than by keeping everything from it for long enough. */
export const isolation: Invariant = {
  name: 'I11 isolation',
  onClosed(end, reason, now): Finding {
    const { hearsay, terms } = end
    switch (reason.by) {
      case 'peer':
        return hearsay.isClosedByPeer ? undefined : 'says its peer closed, which never said so'
      case 'idleTimeout':
        return idleFinding(end, now)
      case 'path':
      case 'wrongFulfillment':
      case 'pathMaximumZero':
      case 'sendFailed':
        // The end is told after the peer has been told, whose answer begins a new row.
        if (hearsay.mostFailuresInARow >= terms.pathFailures) return undefined
        return `gave up on the path after ${hearsay.mostFailuresInARow} failures in a row, allowed are ${terms.pathFailures}`
      default:
        return terms.isPeerHonest && !terms.hasPeerForgotten() ? blamelessFinding(reason) : undefined
    }
  },
}

function idleFinding({ hearsay, terms }: Observation, now: Instant): Finding {
  const quiet = now - hearsay.lastAuthenticAt
  return quiet >= terms.idle ? undefined : `timed out after ${quiet} ms without a word of the peer`
}

/** An honest peer is never found guilty of anything. */
function blamelessFinding(reason: CloseReason): Finding {
  if (reason.by === 'rateTooLow') return `says an honest peer fulfilled ${reason.delivered} of ${reason.minimum}`
  if (reason.by !== 'local' || reason.errorCode === ErrorCode.NoError) return undefined
  if (reason.errorCode === ErrorCode.ApplicationError) return undefined // the application's own, nothing else says so
  return `accuses an honest peer: ${reason.errorMessage} (${reason.errorCode})`
}
