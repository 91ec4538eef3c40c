import type { Duration, Instant, ReceiveWindow } from '@stream/flow'
import { Assembler } from './assembler.js'

/** What a StreamData frame brought. */
export interface DataReceived {
  /** Bytes beyond all that had arrived: what counts against the windows. */
  readonly newBytes: number
  /** More is readable than before. */
  readonly isReadable: boolean
  /** Nobody will read them. */
  readonly isDiscarded: boolean
}

/** The incoming bytes of one stream. Every position and size is in bytes. */
export class DataReceiver {
  #assembler: Assembler | undefined
  #isDiscarding = false
  /** `readable` has been told and nothing was read since. */
  isReadableTold = false

  /** @param window what we let the peer send */
  constructor(readonly window: ReceiveWindow) {}

  /** Nothing has come and nobody waits to be told that it may: made anew it would be the same. */
  get isUntouched(): boolean {
    return this.window.isUntouched && !this.#isDiscarding
  }

  get readableBytes(): number {
    return this.#assembler?.readableBytes ?? 0
  }
  /** Bytes are missing before some that have arrived. */
  get hasGap(): boolean {
    return this.#assembler?.hasGap ?? false
  }
  /** End of the last byte that has arrived, with gaps or without. */
  get highestOffset(): number {
    return this.window.received
  }
  /** Arrived and neither read nor given up. */
  get unreleasedBytes(): number {
    return this.window.received - this.window.released
  }

  /** Bytes that fill no new position are duplicates, which is success. */
  receive(offset: number, data: Uint8Array): DataReceived {
    const newBytes = Math.max(0, offset + data.length - this.highestOffset)
    this.window.receive(newBytes)
    if (this.#isDiscarding) return { newBytes, isReadable: false, isDiscarded: true }
    if (data.length === 0) return { newBytes, isReadable: false, isDiscarded: false }
    this.#assembler ??= new Assembler()
    return { newBytes, isReadable: this.#assembler.insert(offset, data), isDiscarded: false }
  }

  read(maxBytes: number): Uint8Array | undefined {
    this.isReadableTold = false
    return this.#assembler?.read(maxBytes)
  }

  /** Nobody will read any more: what has arrived or will arrive is dropped. Returns how many bytes that frees. */
  discard(): number {
    this.#isDiscarding = true
    this.#assembler = undefined
    return this.unreleasedBytes
  }

  release(bytes: number, now: Instant, smoothedRtt: Duration): void {
    this.window.release(bytes, now, smoothedRtt)
  }
}
