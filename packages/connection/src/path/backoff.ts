import type { Duration, Instant } from '@stream/flow'

/** The first failure is retried at once, then the pause doubles up to the cap. */
const FIRST_PAUSE: Duration = 50
const LONGEST_PAUSE: Duration = 5_000

/**
 * Pauses between attempts while nothing gets through. Many packets in flight can fail together: those that left
 * before the last failure tell nothing new and count once.
 */
export class Backoff {
  /** Nothing but a close leaves before. */
  until: Instant = 0
  #failures = 0
  #lastFailure: Instant = -Infinity
  #isTrialOut = false

  get failures(): number {
    return this.#failures
  }

  /** After a second failure packets go one by one until one of them gets through: a storm is not met with another. */
  get mayTry(): boolean {
    return this.#failures < 2 || !this.#isTrialOut
  }

  onSent(): void {
    this.#isTrialOut = true
  }

  /** What became of a packet; `onFailure` or `onProgress` may follow. */
  onAnswer(sentAt: Instant): void {
    if (sentAt >= this.#lastFailure) this.#isTrialOut = false
  }

  /** True when this failure counts as a new one. `factor`: how fast the pause grows. */
  onFailure(now: Instant, sentAt: Instant, factor = 2): boolean {
    if (sentAt < this.#lastFailure) return false
    this.#lastFailure = now
    this.#failures++
    if (this.#failures > 1) {
      this.until = now + Math.min(LONGEST_PAUSE, FIRST_PAUSE * factor ** (this.#failures - 2))
    }
    return true
  }

  onProgress(): void {
    this.#failures = 0
    this.until = 0
  }
}
