import type { Duration, Instant } from './controller.js'

/** Refusals further apart than so many round trips count by themselves; closer ones are averaged. */
const MEMORY = 10

/**
 * What a path carries that refuses when its bucket is empty: empty at one refusal and empty at the next, it let pass
 * meanwhile what it took in.
 */
export class CarriedRate {
  #perMilli = 0
  #delivered = 0
  #since: Instant | undefined

  /** Units a second. 0 until something was refused twice. */
  get perSecond(): number {
    return this.#perMilli * 1000
  }

  onDelivered(amount: number): void {
    this.#delivered += amount
  }

  onRefused(now: Instant, smoothedRtt: Duration): void {
    if (this.#since !== undefined) {
      const elapsed = now - this.#since
      if (elapsed <= 0) return
      const rate = this.#delivered / elapsed
      const weight = this.#perMilli === 0 ? 1 : 1 - Math.exp(-elapsed / (MEMORY * Math.max(smoothedRtt, 1)))
      this.#perMilli += (rate - this.#perMilli) * weight
    }
    this.#since = now
    this.#delivered = 0
  }

  /** Units delivered since the last refusal above what the path carried before. Negative while there are fewer. */
  surplus(now: Instant): number {
    return this.#since === undefined || this.#perMilli === 0 ? 0 : this.#delivered - this.#perMilli * (now - this.#since)
  }
}
