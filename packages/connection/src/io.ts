/**
 * The contract of the core: one way in, one way out.
 *
 * Single-mutation invariant: after every change (`handleInput` or a command) the caller polls outputs until it is
 * told `timeout`, and only then makes the next change.
 */
import type { ErrorCode, StreamId } from '@stream/frames'
import type { IlpPrepare, IlpReject, IlpReply } from '@stream/frames/ilp'
import type { Instant } from '@stream/flow'

/** The driver's name for one incoming Prepare; each is answered exactly once. */
export type PrepareId = number

export type Input =
  /** The instant of the last `timeout` output has come. Harmless when early. */
  | { readonly type: 'timeout' }
  /**
   * A Prepare for this connection. `expiresAt` is an instant on the caller's clock.
   * `plaintext`: set when an `Endpoint` has opened the envelope already, so that it is not opened twice.
   */
  | {
      readonly type: 'prepare'
      readonly id: PrepareId
      readonly prepare: IlpPrepare
      readonly plaintext?: Uint8Array | undefined
    }
  /** What came back for the Prepare with this sequence. */
  | { readonly type: 'reply'; readonly sequence: number; readonly reply: IlpReply }
  /** The Prepare with this sequence could not be handed to the network, or no reply can come any more. */
  | { readonly type: 'sendFailed'; readonly sequence: number; readonly cause: unknown }

/** Everything that leaves the core. */
export type Output =
  | { readonly type: 'reply'; readonly id: PrepareId; readonly reply: IlpReply }
  /** The bytes in front of `data`, in its buffer, belong to the packet: `encodeIlpPrepareInFront` puts the header there. */
  | {
      readonly type: 'prepare'
      readonly sequence: number
      readonly prepare: Omit<IlpPrepare, 'expiresAt'>
      readonly expiresAt: Instant
    }
  | { readonly type: 'event'; readonly event: ConnectionEvent }
  /**
   * Drained: nothing will leave until the next input or until `at`. `idle`: all that is left to wait for is the peer,
   * so the timer need not keep a process alive.
   */
  | { readonly type: 'timeout'; readonly at: Instant | undefined; readonly idle: boolean }

export type ConnectionEvent =
  /** The peer has proved that it holds the shared secret and, where asked for at the start, the rate is known. */
  | { readonly type: 'established' }
  /** The peer opened a stream. Leaves before the money of the opening packet is decided. */
  | { readonly type: 'streamOpened'; readonly streamId: StreamId }
  /** `read` has bytes; not repeated until something was read. */
  | { readonly type: 'readable'; readonly streamId: StreamId }
  /** Follows a short `write` when there is room again. */
  | { readonly type: 'writable'; readonly streamId: StreamId }
  /** A packet was fulfilled. `amount` in source units, `delivered` in the peer's units. */
  | {
      readonly type: 'moneySent'
      readonly streamId: StreamId
      readonly amount: bigint
      readonly delivered: bigint
      readonly receipt?: Uint8Array
    }
  /** A packet was fulfilled to the peer. `amount` and `total` in our units. */
  | {
      readonly type: 'moneyReceived'
      readonly streamId: StreamId
      readonly amount: bigint
      readonly total: bigint
      /** The Prepare that brought it. */
      readonly id: PrepareId
    }
  /** Only with `offerMoney`: answer with `decide` before the Prepare expires. */
  | {
      readonly type: 'moneyOffered'
      readonly id: PrepareId
      readonly sequence: number
      readonly amounts: ReadonlyMap<StreamId, bigint>
    }
  /** Nothing more happens on this stream, but bytes that have arrived can still be read. */
  | {
      readonly type: 'streamClosed'
      readonly streamId: StreamId
      readonly by: 'local' | 'peer'
      readonly errorCode: ErrorCode
      readonly errorMessage: string
    }
  /** The end, exactly once and last. */
  | { readonly type: 'closed'; readonly reason: CloseReason }

/** Why a connection ended: a value, not an error. */
export type CloseReason =
  | { readonly by: 'local' | 'peer'; readonly errorCode: ErrorCode; readonly errorMessage: string }
  /** No authenticated packet for `timeouts.idle`. */
  | { readonly by: 'idleTimeout' }
  /** 2^31 packets were sent with one key (RFC 0029, 5.1.3). */
  | { readonly by: 'packetLimit' }
  /** The peer fulfilled a packet although less arrived than its minimum: the money is booked, the path is not. */
  | { readonly by: 'rateTooLow'; readonly minimum: bigint; readonly delivered: bigint }
  /** Probing ended without a rate of the wanted precision; `digits` is what was reached. */
  | { readonly by: 'rateUnknown'; readonly digits: number }
  /** The path carries packets of amount 0 only. */
  | { readonly by: 'pathMaximumZero' }
  /** Several final rejects in a row, none of them from the peer; the last one. */
  | { readonly by: 'path'; readonly reject: IlpReject }
  /** Fulfillments that fulfil nothing, several in a row. */
  | { readonly by: 'wrongFulfillment' }
  /** Packets could not be handed to the network several times in a row. */
  | { readonly by: 'sendFailed'; readonly cause: unknown }
