import type { IlpAddress, IlpPrepare, IlpReply } from '@stream/frames/ilp'

/** A way into the Interledger network. `expiresAt` is wall time here: milliseconds since the Unix epoch. */
export interface Transport {
  /** Settles once; rejects when no reply can come. */
  send(prepare: IlpPrepare): Promise<IlpReply>
  /**
   * Hears Prepares for `localAddress`. A handler returns `undefined` for what is not its own: others are asked then.
   * @returns the unsubscribe
   */
  receive(localAddress: IlpAddress, handler: PrepareHandler): () => void
}

export type PrepareHandler = (prepare: IlpPrepare) => Promise<IlpReply> | undefined
