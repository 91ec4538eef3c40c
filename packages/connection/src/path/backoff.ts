import type { Duration, Instant } from '@stream/flow'

/** The first failure is retried at once, then the pause doubles up to the cap. */
const FIRST_PAUSE: Duration = 50
const LONGEST_PAUSE: Duration = 5_000

/**
 * Pauses between attempts while nothing gets through. Many packets in flight can fail together: those that left
 * before the last failure tell nothing new and count once.
 */
export class Backoff {
  /** Nothing is tried before. */
  until: Instant = 0
  #failures = 0
  #lastSent = 0
  /** The last packet that had left when the last failure became known. */
  #lastBeforeFailure = -1
  #isTrialOut = false

  get failures(): number {
    return this.#failures
  }

  /** After a second failure packets go one by one until one of them gets through: a storm is not met with another. */
  get mayTry(): boolean {
    return this.#failures < 2 || !this.#isTrialOut
  }

  onSent(sequence: number): void {
    this.#lastSent = sequence
    this.#isTrialOut = true
  }

  /** What became of a packet is known; `onFailure` or `onProgress` may follow. */
  onAnswer(sequence: number): void {
    if (this.#isNews(sequence)) this.#isTrialOut = false
  }

  /** True when this failure counts as a new one. `factor`: how fast the pause grows. */
  onFailure(now: Instant, sequence: number, factor = 2): boolean {
    if (!this.#isNews(sequence)) return false
    this.#lastBeforeFailure = this.#lastSent
    this.pause(now, factor)
    return true
  }

  /** The next attempt waits longer than the one before. */
  pause(now: Instant, factor = 2): void {
    this.#failures++
    if (this.#failures === 1) return
    this.until = now + Math.min(LONGEST_PAUSE, FIRST_PAUSE * factor ** (this.#failures - 2))
  }

  onProgress(): void {
    this.#failures = 0
    this.until = 0
  }

  #isNews(sequence: number): boolean {
    return sequence > this.#lastBeforeFailure
  }
}
