import type { Duration, InFlight, Instant } from './controller.js'
import { RecoveryPeriod } from './recovery-period.js'

/** What a congestion event leaves of the window (RFC 9438, 4.6). */
const BETA = 0.7
/** How steep the curve is: segments a second cubed (RFC 9438, 5). */
const C = 0.4
/** Segments a round trip at which Reno's growth matches, until it is back where it was (RFC 9438, 4.3). */
const RENO_GROWTH = (3 * (1 - BETA)) / (1 + BETA)
/** The target of one round trip lies no higher than this above the window (RFC 9438, 4.2). */
const STEEPEST_TARGET = 1.5
/** Slow start never ends below two segments (RFC 5681, 3.1). */
const LEAST_THRESHOLD = 2

export interface Acked {
  readonly now: Instant
  readonly sentAt: Instant
  /** How much of the window was answered. */
  readonly acked: number
  /** How much a full packet takes of the window. */
  readonly segment: number
  readonly smoothedRtt: Duration
  /** Whether the window was what held the sender back. */
  readonly isUsed: boolean
}

/**
 * One window that grows along the cubic curve of RFC 9438, in whatever unit its caller counts: packets, or source units
 * with a packet's amount as the segment. Time is what moves it, not the number of answers.
 */
export class CubicWindow {
  readonly #minimum: number
  readonly #maximum: number
  readonly #recovery = new RecoveryPeriod()
  #window: number
  #threshold = Infinity
  /** The window before the last event, to which the curve leads back. */
  #most: number
  /** The window right before the last event. */
  #prior: number
  #reno = 0
  #epoch: Instant | undefined
  /** Seconds from the beginning of the epoch until the curve is at `#most`. */
  #k = 0
  #answeredAt: Instant = -Infinity

  constructor(initial: number, minimum: number, maximum: number) {
    this.#window = this.#most = this.#prior = initial
    this.#minimum = minimum
    this.#maximum = maximum
  }

  get size(): number {
    return this.#window
  }

  get threshold(): number {
    return Math.min(this.#threshold, this.#maximum)
  }

  onAcked({ now, sentAt, acked, segment, smoothedRtt, isUsed }: Acked): void {
    this.#recovery.onAnswer(sentAt)
    const idle = Math.max(0, now - this.#answeredAt)
    this.#answeredAt = now
    if (this.#window >= this.#maximum) return
    if (!isUsed) {
      // Time in which the window was not made use of does not count (RFC 9438, 5.8).
      if (this.#epoch !== undefined) this.#epoch = Math.min(this.#epoch + idle, now)
      return
    }
    if (this.#window < this.#threshold) this.#window += Math.min(acked, this.#threshold - this.#window)
    else this.#follow(now, acked, segment, smoothedRtt)
    this.#window = Math.min(this.#window, this.#maximum)
  }

  /** @param used The most of the window that was in flight. */
  onCongestion(now: Instant, sentAt: Instant, inFlight: InFlight, used: number, segment: number): void {
    if (!this.#recovery.onAnswer(sentAt)) return
    const window = Math.min(this.#window, Math.max(used, this.#minimum))
    // Fast convergence (RFC 9438, 4.7): below the last peak somebody else takes a share, so aim lower.
    this.#most = window < this.#most ? (window * (1 + BETA)) / 2 : window
    this.#prior = window
    this.#window = Math.max(this.#minimum, window * BETA)
    this.#threshold = Math.max(this.#window, LEAST_THRESHOLD * segment)
    this.#epoch = undefined
    this.#recovery.start(now, inFlight.packets)
  }

  #follow(now: Instant, acked: number, segment: number, smoothedRtt: Duration): void {
    const steepness = C * segment
    if (this.#epoch === undefined) {
      this.#epoch = now
      this.#most = Math.max(this.#most, this.#window)
      this.#k = Math.cbrt((this.#most - this.#window) / steepness)
      this.#reno = this.#window
    }
    const seconds = (now - this.#epoch + smoothedRtt) / 1000
    const curve = steepness * (seconds - this.#k) ** 3 + this.#most
    const growth = this.#reno < this.#prior ? RENO_GROWTH : 1
    this.#reno += growth * segment * (acked / this.#window)
    const target = Math.min(Math.max(curve, this.#window), this.#window * STEEPEST_TARGET)
    this.#window += (target - this.#window) * Math.min(1, acked / this.#window)
    this.#window = Math.max(this.#window, Math.min(this.#reno, this.#window * STEEPEST_TARGET))
  }
}
