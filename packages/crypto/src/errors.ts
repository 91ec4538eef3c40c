/**
 * - `invalidArgument`: the caller passed something that cannot be used; the message says what was expected.
 * - `invalidReceipt`: a receipt is malformed, of another version, or not authenticated by its secret.
 * - `noRandomness`: this runtime offers no secure source of random bytes.
 */
export type CryptoErrorCode = 'invalidArgument' | 'invalidReceipt' | 'noRandomness'

/** Thrown by this package, and by nothing a peer can send in a packet. Its message never contains a key, secret or plaintext. */
export class CryptoError extends Error {
  override readonly name = 'CryptoError'
  readonly code: CryptoErrorCode

  constructor(code: CryptoErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Refuses a misuse of this package by its caller. */
export function invalidArgument(message: string): CryptoError {
  return new CryptoError('invalidArgument', message)
}
