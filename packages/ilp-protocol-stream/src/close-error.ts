import type { CloseReason } from '@stream/connection'
import { ErrorCode, errorCodeName } from '@stream/frames'
import { ConnectionError, IlpRejectionError, messageOf } from './errors.js'

/** The error that the end of a connection is for its application; `undefined`: it ended as it should. */
export function closeError(reason: CloseReason, precisionDigits: number): Error | undefined {
  switch (reason.by) {
    case 'local':
      return reason.errorCode === ErrorCode.NoError
        ? undefined
        : new ConnectionError(reason.errorMessage, reason.errorCode)
    case 'peer':
      if (reason.errorCode === ErrorCode.NoError) return undefined
      return new Error(
        `Remote connection error. Code: ${errorCodeName(reason.errorCode)}, message: ${reason.errorMessage}`,
      )
    case 'idleTimeout':
      return new Error('Connection timed out due to inactivity')
    case 'packetLimit':
      return new ConnectionError('Connection exceeded maximum number of packets', ErrorCode.InternalError)
    case 'rateTooLow':
      return new Error(
        `The peer took a packet that delivered ${reason.delivered} although at least ${reason.minimum} had to arrive: ` +
          'the money is counted as sent, and no more is sent this way',
      )
    case 'rateUnknown':
      return new Error(
        'Unable to establish connection, no packets meeting the minimum exchange precision of ' +
          `${precisionDigits} digits made it through the path.`,
      )
    case 'pathMaximumZero':
      return new Error('Cannot send. Path has a Maximum Packet Amount of 0')
    case 'wrongFulfillment':
      return new Error(
        'Packets came back fulfilled with a wrong fulfillment: someone on the path breaks the protocol, no more is sent this way',
      )
    case 'path': {
      const { code, triggeredBy, message } = reason.reject
      return new IlpRejectionError(
        `Unexpected error while sending packet. Code: ${code}, triggered by: ${triggeredBy}, message: ${message}`,
        reason.reject,
      )
    }
    case 'sendFailed':
      break
  }
  const { cause } = reason
  return new Error(`Packets could not be handed to the plugin: ${messageOf(cause)}`, { cause })
}
