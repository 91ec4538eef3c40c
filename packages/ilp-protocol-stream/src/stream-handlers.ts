import type { ErrorCode } from '@stream/frames'
import type { IlpPrepare } from '@stream/frames/ilp'

/** What only a connection may tell its streams `S`: one object for all of them, where closures would be five for each. */
export interface StreamHandlers<S> {
  onReadable(stream: S): void
  onWritable(stream: S): void
  /** Source units. */
  onMoneySent(stream: S, amount: bigint, receipt: Uint8Array | undefined): void
  /** Our units; `prepare` brought them. */
  onMoneyReceived(stream: S, amount: bigint, total: bigint, prepare: IlpPrepare | undefined): void
  /** The core has nothing more to say about this stream. */
  onClosed(stream: S, by: 'local' | 'peer', errorCode: ErrorCode, errorMessage: string): void
  /** Whether the program has yet to hear of this stream: until then it cannot read, which says nothing of its wishes. */
  setUnheard(stream: S, isUnheard: boolean): void
}
