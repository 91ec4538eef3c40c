/** The error codes of ILPv4 (RFC 0027). A reject may carry others. */
export const IlpErrorCode = {
  BadRequest: 'F00',
  InvalidPacket: 'F01',
  Unreachable: 'F02',
  InvalidAmount: 'F03',
  InsufficientDestinationAmount: 'F04',
  WrongCondition: 'F05',
  UnexpectedPayment: 'F06',
  CannotReceive: 'F07',
  AmountTooLarge: 'F08',
  FinalApplicationError: 'F99',
  InternalError: 'T00',
  PeerUnreachable: 'T01',
  PeerBusy: 'T02',
  ConnectorBusy: 'T03',
  InsufficientLiquidity: 'T04',
  RateLimited: 'T05',
  TemporaryApplicationError: 'T99',
  TransferTimedOut: 'R00',
  InsufficientSourceAmount: 'R01',
  InsufficientTimeout: 'R02',
  RelativeApplicationError: 'R99',
} as const
export type IlpErrorCode = (typeof IlpErrorCode)[keyof typeof IlpErrorCode]

const names = new Map<string, string>(Object.entries(IlpErrorCode).map(([name, code]) => [code, name]))

/** The name of an ILP error code, or the code itself when RFC 0027 does not define it. */
export function ilpErrorName(code: string): string {
  return names.get(code) ?? code
}

/** What a sender may make of an error: give up, try again later, or try again with other terms. */
export type IlpErrorClass = 'final' | 'temporary' | 'relative' | 'unknown'

/** The class of an ILP error code, by its first character, as RFC 0027 wants codes treated that nobody knows. */
export function errorClass(code: string): IlpErrorClass {
  switch (code[0]) {
    case 'F':
      return 'final'
    case 'T':
      return 'temporary'
    case 'R':
      return 'relative'
    default:
      return 'unknown'
  }
}
