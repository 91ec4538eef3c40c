import type { Duration, Instant } from './controller.js'

/** Weighs what was carried over the last so many round trips; long enough to tell a steady path from a shared one. */
const MEMORY = 20

/** A sample spans so many packets and a round trip, or the rounding to whole packets would be most of it. */
const LEAST_PACKETS = 4

/**
 * What a path carries that refuses when its bucket is empty: empty at one refusal and empty at the next, it let pass
 * meanwhile exactly what it took in. How much these samples differ tells whether the bucket is shared: they are within
 * one part in a hundred for a lone payer, and apart by ten in a hundred and more among competitors.
 */
export class CarriedRate {
  #perMilli = 0
  #deviation = 0
  #delivered = 0
  #packets = 0
  #samples = 0
  #since: Instant | undefined

  /** Units a second; 0 until something was refused twice. */
  get perSecond(): number {
    return this.#perMilli * 1000
  }

  /** How many samples make the figures. */
  get samples(): number {
    return this.#samples
  }

  get isKnown(): boolean {
    return this.#perMilli > 0
  }

  /** Mean deviation of the samples, as a part of the rate. 1 while nothing is known. */
  get deviation(): number {
    return this.isKnown ? this.#deviation / this.#perMilli : 1
  }

  /** The path has become another one: what it carried before says nothing any more. */
  forget(): void {
    this.#perMilli = 0
    this.#deviation = 0
    this.#samples = 0
    this.#since = undefined
    this.#delivered = 0
    this.#packets = 0
  }

  onDelivered(amount: number): void {
    this.#delivered += amount
    this.#packets += 1
  }

  onRefused(now: Instant, smoothedRtt: Duration): void {
    if (this.#since !== undefined) {
      const elapsed = now - this.#since
      if (!(elapsed > 0) || elapsed < smoothedRtt || this.#packets < LEAST_PACKETS) return
      this.#sample(this.#delivered / elapsed, elapsed / smoothedRtt)
    }
    this.#since = now
    this.#delivered = 0
    this.#packets = 0
  }

  /** Units delivered since the last sample above what the path carried before, leaving `deviations` for chance. */
  surplus(now: Instant, deviations: number): number {
    if (this.#since === undefined || !this.isKnown) return 0
    return this.#delivered - (this.#perMilli + deviations * this.#deviation) * (now - this.#since)
  }

  #sample(rate: number, roundTrips: number): void {
    if (!this.isKnown) {
      this.#perMilli = rate
      this.#deviation = rate / 4
      this.#samples = 1
      return
    }
    // The first samples count alike: the very first reaches back to when the bucket was still full.
    this.#samples += 1
    const weight = Math.max(1 / this.#samples, 1 - Math.exp(-roundTrips / MEMORY))
    this.#deviation += (Math.abs(rate - this.#perMilli) - this.#deviation) * weight
    this.#perMilli += (rate - this.#perMilli) * weight
  }
}
