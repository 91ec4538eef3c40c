import { refusalsBeyondChance } from './chance-refusals.js'
import type { Duration, InFlight, Instant, SentPacketInfo } from './controller.js'
import { drawOf, growthFactor } from './rate-growth.js'
import { RecoveryPeriod } from './recovery-period.js'

/** So many answers are looked at together: fewer say little about the share that is refused. */
const LEAST_ANSWERS = 20

/** Refusals count of so many answers, or a few right after the last look would decide alone. */
const FIRST_ANSWERS = 10

/** A little below what passed, for what waits somewhere to leave; and one look takes no more than half. */
const BELOW = 0.95
const STEEPEST = 0.5

/** Slower than for money: here a tenth of the packets is refused before the limit is heard of again. */
const GROWTH = { perSecond: 0.15, rttPower: 0.5, perRoundTrip: 0.25 }

/** Growth doubles with each look beyond this part above what last was too much, and after so many without a refusal. */
const BEYOND = 1.1
const QUIET_LOOKS = 4
const MOST_DOUBLINGS = 6

/** A packet a second: a rate that was cut to nothing would never be heard of again. */
const LEAST_PER_MILLI = 1 / 1000

/**
 * How many packets may leave in a second: not limited until the path refuses more of them than chance would. What then
 * passed is what it carries, and growth from there is slow. Single refusals among many are taken for chance.
 */
export class PacketRate {
  readonly #recovery = new RecoveryPeriod()
  /** Packets a millisecond. */
  #rate = Infinity
  #refusedRate = 0
  #answers = 0
  #refused = 0
  #since: Instant | undefined
  #grownAt: Instant = -Infinity
  #quietLooks = 0
  #doublings = 0

  /** Packets a second; Infinity while not limited. */
  get perSecond(): number {
    return this.#rate * 1000
  }

  /** Milliseconds from one packet to the next. */
  get interval(): Duration {
    return this.#rate === Infinity ? 0 : 1 / this.#rate
  }

  onAcked(now: Instant, packet: SentPacketInfo, smoothedRtt: Duration): void {
    const isNews = this.#recovery.onAnswer(packet.sentAt)
    const since = Math.min(now - this.#grownAt, Math.max(smoothedRtt, 2 * this.interval))
    this.#grownAt = now
    if (!isNews) return
    this.#count(now)
    if (this.#rate < Infinity && since > 0) this.#grow(now, since, smoothedRtt)
    if (this.#answers >= Math.max(LEAST_ANSWERS, this.#rate * smoothedRtt)) this.#lookAnew(now)
  }

  onRefused(now: Instant, packet: SentPacketInfo, inFlight: InFlight, smoothedRtt: Duration): void {
    if (!this.#recovery.onAnswer(packet.sentAt)) return
    this.#count(now)
    this.#refused += 1
    const enough = Math.min(FIRST_ANSWERS, inFlight.packets + this.#answers)
    if (this.#answers < enough || this.#refused < refusalsBeyondChance(this.#answers, Infinity)) return
    const passed = 1 - this.#refused / this.#answers
    // Before the peer was heard of, the way to whoever refuses is all that is known.
    const used = Math.min(
      this.#rate,
      this.#sentRate(now, inFlight, smoothedRtt > 0 ? smoothedRtt : now - packet.sentAt),
    )
    this.#refusedRate = used
    this.#rate = Math.max(used * Math.max(STEEPEST, passed * BELOW), LEAST_PER_MILLI)
    this.#recovery.start(now, inFlight.packets)
    this.#doublings = 0
    this.#since = undefined
    this.#lookAnew(now)
  }

  #count(now: Instant): void {
    this.#since ??= now
    this.#answers += 1
  }

  #lookAnew(now: Instant): void {
    this.#quietLooks = this.#refused === 0 ? this.#quietLooks + 1 : 0
    const isBeyond = this.#rate < Infinity && this.#rate > this.#refusedRate * BEYOND
    const isFree = isBeyond || this.#quietLooks > QUIET_LOOKS
    this.#doublings = isFree ? Math.min(this.#doublings + 1, MOST_DOUBLINGS) : 0
    this.#answers = 0
    this.#refused = 0
    if (this.#since !== undefined) this.#since = now
  }

  /** Packets a millisecond that left of late: a round trip's worth is under way, or as many as were answered. */
  #sentRate(now: Instant, inFlight: InFlight, smoothedRtt: Duration): number {
    const elapsed = now - (this.#since ?? now)
    if (elapsed >= smoothedRtt && elapsed > 0) return this.#answers / elapsed
    return (inFlight.packets + this.#answers) / Math.max(smoothedRtt, elapsed, 1)
  }

  #grow(now: Instant, since: Duration, smoothedRtt: Duration): void {
    const elapsed = now - (this.#since ?? now)
    // A rate that is not made use of was not tested, and says nothing about a higher one.
    if (this.#answers >= LEAST_ANSWERS / 2 && this.#answers * 2 < this.#rate * elapsed) return
    const draw = Math.min(1, drawOf(this.perSecond))
    this.#rate *= growthFactor(GROWTH, since, Math.max(smoothedRtt, 1), draw, this.#doublings)
  }
}
