import type { IlpReject } from '@stream/frames/ilp'
import { ErrorCode } from '@stream/frames'
import type { IlpReject as PublicReject } from 'ilp-packet'
import { publicReject } from './public-packets.js'

/** Ends a connection with a code of its own: `connection.destroy(new ConnectionError(message, code))`. */
export class ConnectionError extends Error {
  override readonly name: string = 'ConnectionError'
  /** What the peer is told (RFC 0029, 5.4). Default: `InternalError`, the fault is ours. */
  readonly streamErrorCode: ErrorCode

  constructor(message: string, streamErrorCode: ErrorCode = ErrorCode.InternalError) {
    super(message)
    this.streamErrorCode = streamErrorCode
  }
}

/** The path refused our packets for good. `ilpReject` is the reject as it came, from any node on the path. */
export class IlpRejectionError extends Error {
  override readonly name: string = 'IlpRejectionError'
  readonly ilpReject: PublicReject

  constructor(message: string, reject: IlpReject) {
    super(message)
    this.ilpReject = publicReject(reject)
  }
}

/** The caller passed something that cannot be used. The message says what it was, what was expected and what to do. */
export class InvalidArgumentError extends Error {
  override readonly name: string = 'InvalidArgumentError'

  constructor(
    /** The option or parameter at fault. */
    readonly argument: string,
    message: string,
  ) {
    super(message)
  }
}

/** The plugin, or the connector behind it, did not take us into the network. */
export class UplinkError extends Error {
  override readonly name: string = 'UplinkError'
}

/** What was asked for is what the connection's `mode` excludes. The message says which mode would allow it. */
export class ConnectionModeError extends Error {
  override readonly name: string = 'ConnectionModeError'
}

/** So that it fits into the reject, beside all else that a reply may have to say. */
const MAX_REASON_LENGTH = 4096

/**
 * Thrown by `shouldFulfill` (or what its promise rejects with): the packet is refused, and the sender's application reads
 * `data` as data of the stream that was to be paid, in the refusal already. Nobody on the way can read, change or forge it.
 */
export class RefusalError extends Error {
  override readonly name: string = 'RefusalError'
  readonly data: Uint8Array

  /**
   * @param message For our own log.
   * @param data For the sender; text is sent as UTF-8.
   * @throws {InvalidArgumentError} for more than 4096 bytes.
   */
  constructor(message: string, data: Uint8Array | string) {
    super(message)
    this.data = typeof data === 'string' ? Buffer.from(data) : data
    if (this.data.length <= MAX_REASON_LENGTH) return
    throw new InvalidArgumentError(
      'data',
      `data of a refusal must have at most ${MAX_REASON_LENGTH} bytes, got ${this.data.length}: write more to the stream`,
    )
  }
}

/** What to tell people of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** A command came after the end of the stream or connection it was given to. */
export class ClosedError extends Error {
  override readonly name: string = 'ClosedError'
}
