import type { Connection as CoreConnection, ConnectionMode, StreamStats } from '@stream/connection'
import type { ErrorCode } from '@stream/frames'
import type { IlpPrepare } from '@stream/frames/ilp'
import type { ConnectionDriver } from './driver.js'

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

/** A class, for closures would be four for each stream. */
export class DrivenStreamPort implements StreamPort {
  handlers: StreamHandlers | undefined

  constructor(
    readonly id: number,
    readonly mode: ConnectionMode,
    private readonly driver: ConnectionDriver,
    private readonly onWatch: (handlers: StreamHandlers) => void,
  ) {}

  attach(handlers: StreamHandlers): void {
    this.handlers = handlers
  }

  run<R>(command: (connection: CoreConnection) => R): R {
    return this.driver.run(command)
  }

  stats(): StreamStats | undefined {
    return this.driver.connection.streamStats(this.id)
  }

  watch(): void {
    if (this.handlers !== undefined) this.onWatch(this.handlers)
  }
}
