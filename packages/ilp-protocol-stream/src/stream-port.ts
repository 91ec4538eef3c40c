import type { Connection as CoreConnection, ConnectionMode, StreamStats } from '@stream/connection'
import type { ErrorCode } from '@stream/frames'
import type { IlpPrepare } from '@stream/frames/ilp'

/** What a stream sees of its connection. */
export interface StreamPort {
  readonly id: number
  readonly mode: ConnectionMode
  /** The stream's only way to be heard of; called once, by its constructor. */
  attach(handlers: StreamHandlers): void
  run<R>(command: (connection: CoreConnection) => R): R
  /** `undefined`: the core has forgotten the stream. */
  stats(): StreamStats | undefined
  /** Asks for one `onDrained`, after the next drain. */
  watch(): void
}

/** What a connection tells one stream. */
export interface StreamHandlers {
  onReadable(): void
  onWritable(): void
  onDrained(): void
  /** Source units. */
  onMoneySent(amount: bigint, receipt: Uint8Array | undefined): void
  /** Our units; `prepare` brought them. */
  onMoneyReceived(amount: bigint, prepare: IlpPrepare | undefined): void
  /** The core has nothing more to say about this stream. */
  onClosed(by: 'local' | 'peer', errorCode: ErrorCode, errorMessage: string): void
}
