/** Why a stream or a connection was closed (RFC 0029, 5.4). */
export const ErrorCode = {
  /** Closed normally. */
  NoError: 0x01,
  /** The endpoint met an unexpected error. */
  InternalError: 0x02,
  /** The endpoint is overloaded for now. */
  EndpointBusy: 0x03,
  /** The other endpoint sent more than it was allowed to. */
  FlowControlError: 0x04,
  /** The other endpoint opened more streams than allowed. */
  StreamIdError: 0x05,
  /** The other endpoint used a stream that is closed. */
  StreamStateError: 0x06,
  /** The other endpoint sent a frame with invalid syntax. */
  FrameFormatError: 0x07,
  /** The other endpoint broke the protocol in another way. */
  ProtocolViolation: 0x08,
  /** The application closed with an error. */
  ApplicationError: 0x09,
} as const
/** Any byte: a peer may send codes that this version does not name. */
export type ErrorCode = number

const names = new Map<number, string>(Object.entries(ErrorCode).map(([name, code]) => [code, name]))

/** The name of an error code, or e.g. `0x2a` for one that the RFC does not define. */
export function errorCodeName(code: ErrorCode): string {
  return names.get(code) ?? `0x${code.toString(16).padStart(2, '0')}`
}
