import type { Connection as CoreConnection, ConnectionMode, StreamStats } from '@stream/connection'
import type { ErrorCode } from '@stream/frames'
import type { IlpPrepare } from '@stream/frames/ilp'
import type { ConnectionDriver, Watcher } from './driver.js'

/** What a stream sees of its connection. */
export interface StreamPort {
  readonly id: number
  readonly mode: ConnectionMode
  run<R>(command: (connection: CoreConnection) => R): R
  /** `undefined`: the core has forgotten the stream. */
  stats(): StreamStats | undefined
  /** Written and not sent; `undefined`: the core has forgotten the stream. */
  readonly unsentBytes: number | undefined
  /** Arrived and not read. */
  readonly readableBytes: number
  /** Asks for one `onDrained`, after the next drain. */
  watch(): void
}

/** What only a connection may tell its streams `S`: one object for all of them, where closures would be five for each. */
export interface StreamHandlers<S> {
  onReadable(stream: S): void
  onWritable(stream: S): void
  /** Source units. */
  onMoneySent(stream: S, amount: bigint, receipt: Uint8Array | undefined): void
  /** Our units; `prepare` brought them. */
  onMoneyReceived(stream: S, amount: bigint, prepare: IlpPrepare | undefined): void
  /** The core has nothing more to say about this stream. */
  onClosed(stream: S, by: 'local' | 'peer', errorCode: ErrorCode, errorMessage: string): void
  /** Whether the program has yet to hear of this stream: until then it cannot read, which says nothing of its wishes. */
  setUnheard(stream: S, isUnheard: boolean): void
}

/** A class, for closures would be four for each stream. */
export class DrivenStreamPort implements StreamPort {
  /** Whose port it is. */
  stream: Watcher | undefined

  constructor(
    readonly id: number,
    readonly mode: ConnectionMode,
    private readonly driver: ConnectionDriver,
  ) {}

  run<R>(command: (connection: CoreConnection) => R): R {
    return this.driver.run(command)
  }

  stats(): StreamStats | undefined {
    return this.driver.connection.streamStats(this.id)
  }

  get unsentBytes(): number | undefined {
    return this.driver.connection.unsentBytes(this.id)
  }

  get readableBytes(): number {
    return this.driver.connection.readableBytes(this.id) ?? 0
  }

  watch(): void {
    if (this.stream === undefined) return
    this.driver.watching ??= new Set()
    this.driver.watching.add(this.stream)
  }
}
