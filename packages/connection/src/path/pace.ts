import type { CongestionController, Instant } from '@stream/flow'
import { Backoff } from './backoff.js'

/** While the rate is below the minimum: how long until the path is probed again, growing up to the last. */
const REPROBE_AFTER = [1_000, 2_000, 5_000, 10_000] as const

/** What sending is held back by: congestion, and pauses after failures. Forgotten when nothing was sent for long. */
export class Pace {
  congestion: CongestionController | undefined
  /** For everything, while nothing gets through. */
  readonly backoff = new Backoff()
  /** For money only, while the peer rejects it. */
  readonly moneyBackoff = new Backoff()
  /** `undefined`: nothing was sent since the last rest. */
  lastSentAt: Instant | undefined
  /** Final rejects, or failures to send, none of them the peer's. */
  failuresInARow = 0
  #reprobes = 0
  #reprobeAt: Instant = 0

  /** Nothing says that there is a reason to wait. */
  get isFree(): boolean {
    return this.backoff.failures + this.moneyBackoff.failures + this.failuresInARow === 0
  }

  onPathChanged(now: Instant): void {
    this.failuresInARow = 0
    this.backoff.onProgress()
    this.moneyBackoff.onProgress()
    this.congestion?.onPathChanged(now)
  }

  /** When a path that is worse than the minimum is looked at again; `undefined`: now. */
  nextLook(now: Instant): Instant | undefined {
    if (this.#reprobeAt === 0) this.#scheduleLook(now)
    if (now < this.#reprobeAt) return this.#reprobeAt
    this.#scheduleLook(now)
    return undefined
  }

  #scheduleLook(now: Instant): void {
    const pause = REPROBE_AFTER[Math.min(this.#reprobes++, REPROBE_AFTER.length - 1)]!
    this.#reprobeAt = now + pause
  }
}
