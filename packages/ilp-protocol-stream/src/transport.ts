import type { IlpAddress, IlpPrepare, IlpReply } from '@stream/frames/ilp'

/** A way into the Interledger network. `expiresAt` is wall time here: milliseconds since the Unix epoch. */
export interface Transport {
  /**
   * One of the two is called, once and never before this returns: `onFailure` when no reply can come. `prepare.data`
   * lies where the core has sealed it, with room for the packet's header in front.
   */
  send(prepare: IlpPrepare, onReply: Answer, onFailure: (cause: unknown) => void): void
  /** From now on `receiver` hears Prepares. */
  receive(receiver: Receiver): void
  /** Without effect when it does not receive. */
  stopReceiving(receiver: Receiver): void
}

/** Hears Prepares. An object, for closures would be two for each connection. */
export interface Receiver {
  readonly localAddress: IlpAddress
  /** False: the Prepare is for somebody else, and others are asked. True: `answer` is called, now or later. */
  onPrepare(prepare: IlpPrepare, answer: Answer): boolean
}

/** Takes the one reply to one Prepare. Not a promise: packets are many, and each would need several. */
export type Answer = (reply: IlpReply) => void
