import type { Duration, Instant } from '@stream/flow'
import type { ExchangeRate } from '../path/exchange-rate.js'
import type { Streams } from '../streams/streams.js'

/** About a round trip of a slow path: a limit is mostly raised as soon as the peer's application has read or decided. */
const FIRST_PAUSE: Duration = 250
/** So that a peer that takes its time costs few packets, and is noticed soon all the same. */
const LONGEST_PAUSE: Duration = 10_000

/**
 * Asks for limits anew while nobody can send them to us: a peer that knows no address of ours tells them in its replies
 * alone, so whoever waits for one must ask. Pauses double while nothing comes of it.
 */
export class LimitRequests {
  #pause = FIRST_PAUSE
  #at: Instant | undefined

  constructor(
    private readonly streams: Streams,
    private readonly rate: ExchangeRate,
  ) {}

  /** The instant of the next request, from now on or since the wait began; `undefined` while no limit keeps us. */
  nextAt(now: Instant): Instant | undefined {
    if (!this.#isKept()) return undefined
    this.#at ??= now + this.#pause
    return this.#at
  }

  /** There was something to send: the next wait is a new one. */
  onProgress(): void {
    this.#at = undefined
    this.#pause = FIRST_PAUSE
  }

  /** Each limit that keeps us is asked for, whether it was before or not. */
  request(): void {
    this.#at = undefined
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
    this.streams.ids.askForLimit()
    if (this.streams.waitsForCredit) this.streams.sharedCredit.blocked.owe()
    for (const stream of this.streams) {
      if (!stream.isKept(this.rate)) continue
      stream.requestLimits()
      this.streams.wake(stream)
    }
  }

  #isKept(): boolean {
    if (this.streams.ids.isBlocked || this.streams.waitsForCredit) return true
    for (const stream of this.streams) if (stream.isKept(this.rate)) return true
    return false
  }
}
