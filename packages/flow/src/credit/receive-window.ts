import type { Duration, Instant } from '../congestion/controller.js'
import { FlowUsageError, assertAtLeast, assertBytes } from '../errors.js'
import { LimitSync } from './limit-sync.js'

/** Bytes a peer takes for granted on each stream before it has been told a limit (RFC 0029 leaves this open). */
export const ASSUMED_STREAM_LIMIT = 16_384

/** Bytes a peer takes for granted on the connection before it has been told a limit (RFC 0029 leaves this open). */
export const ASSUMED_CONNECTION_LIMIT = 65_534

/**
 * The limit is raised once this part of the window has been read. While the window can grow it does so before it holds
 * the sender back, and half of it is enough for the time the new limit travels: a window then costs two frames.
 */
const RAISE_DIVISOR = 2

/** Of a window as large as it gets three quarters are still open then, so that a steady sender hardly stops. */
const RAISE_DIVISOR_AT_MOST = 4

/** A packet that leaves anyway tells the new limit this much sooner, so that a steady sender gets no others. */
const SOONER_IN_PASSING = 2

/** A window that is read within this many round trips holds the sender back, and doubles. */
const TUNE_ROUND_TRIPS = 2

export interface ReceiveWindowOptions {
  /** Bytes the peer may be ahead of the application, at first. */
  readonly window: number
  /** Bytes the window may grow to; the most one stream, or the connection, can make us hold. */
  readonly maxWindow: number
  /** Bytes the peer takes for granted untold; never enforced below. Default: 0, a peer that waits to be told. */
  readonly assumed?: number
}

/**
 * What we let the peer send: the receiving side of flow control, on one stream or on the connection
 * (RFC 0029 4.4.4 and 4.5). Positions count bytes from the beginning, and the advertised one never goes back.
 */
export class ReceiveWindow {
  /** The position up to which the peer may send. */
  readonly limit: LimitSync<number>
  #window: number
  readonly #maxWindow: number
  #received = 0
  #released = 0
  #epochStart: Instant | undefined
  #epochBytes = 0

  /** @throws FlowUsageError when `window` is not at least 1, or `maxWindow` is smaller than `window`. */
  constructor(options: ReceiveWindowOptions) {
    const assumed = options.assumed ?? 0
    assertAtLeast('The receive window', options.window, 1)
    assertAtLeast('The largest receive window', options.maxWindow, options.window)
    assertBytes('The assumed limit', assumed)
    this.#window = options.window
    this.#maxWindow = options.maxWindow
    this.limit = new LimitSync(Math.max(options.window, assumed), { owed: options.window > assumed })
  }

  /** Bytes received so far, each counted once. */
  get received(): number {
    return this.#received
  }

  /** Bytes the application has read so far. */
  get released(): number {
    return this.#released
  }

  /** Nothing came in and nobody waits to be told that it may: a new window the peer knows would be the same. */
  get isUntouched(): boolean {
    return this.#received === 0 && !this.limit.owed
  }

  /** Bytes the peer may currently be ahead of the application. */
  get window(): number {
    return this.#window
  }

  /**
   * Bytes came in that were not there before.
   *
   * @returns false when the peer broke its limit, which is a `FlowControlError`; nothing is counted then.
   */
  receive(bytes: number): boolean {
    if (!(bytes >= 0)) assertBytes('The number of received bytes', bytes)
    if (this.#received + bytes > this.limit.value) return false
    this.#received += bytes
    return true
  }

  /**
   * The application read `bytes`; may raise `limit`.
   *
   * @param smoothedRtt Milliseconds; 0 when no round trip was measured yet, which leaves the window as it is.
   * @throws FlowUsageError when more is released than was received.
   */
  release(bytes: number, now: Instant, smoothedRtt: Duration): void {
    assertBytes('The number of released bytes', bytes)
    if (this.#released + bytes > this.#received) {
      const held = this.#received - this.#released
      throw new FlowUsageError(`Cannot release ${bytes} bytes: ${held} are held; release what was received, once`)
    }
    this.#released += bytes
    this.#tune(bytes, now, smoothedRtt)
    this.#raise(1)
  }

  /** A packet leaves that has room for a frame: may raise `limit` for less than is worth a packet of its own. */
  raiseInPassing(): void {
    this.#raise(SOONER_IN_PASSING)
  }

  #raise(sooner: number): void {
    const limit = Math.min(this.#released + this.#window, Number.MAX_SAFE_INTEGER)
    const divisor = this.#window < this.#maxWindow ? RAISE_DIVISOR : RAISE_DIVISOR_AT_MOST
    if ((limit - this.limit.value) * divisor * sooner >= this.#window) this.limit.raise(limit)
  }

  #tune(bytes: number, now: Instant, smoothedRtt: Duration): void {
    if (this.#epochStart === undefined) {
      this.#epochStart = now
      return
    }
    this.#epochBytes += bytes
    if (this.#epochBytes < this.#window) return
    if (now - this.#epochStart <= TUNE_ROUND_TRIPS * smoothedRtt) {
      this.#window = Math.min(this.#window * 2, this.#maxWindow)
    }
    this.#epochStart = now
    this.#epochBytes = 0
  }
}
