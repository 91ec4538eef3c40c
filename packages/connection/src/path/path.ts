import type { IlpAddress } from '@stream/frames'
import type { CongestionController, CongestionSignal, Duration, InFlight, Instant } from '@stream/flow'
import type { ConnectionConfig } from '../config.js'
import type { CloseReason } from '../io.js'
import type { Outcome } from '../packet/outcome.js'
import type { SentPacket } from '../packet/sent-packets.js'
import type { Asset } from './asset.js'
import type { Backoff } from './backoff.js'
import { DeliveryLedger } from './delivery-ledger.js'
import { ExchangeRate } from './exchange-rate.js'
import { PacketAmount } from './packet-amount.js'
import type { PathFigures } from './path-figures.js'
import { Pace } from './pace.js'
import { RateProbe } from './rate-probe.js'
import { RoundTrip } from './rtt.js'

/** How often probing starts anew while answers are only temporary errors, before the rate counts as unknown. */
const MAX_PROBE_ROUNDS = 15

/**
 * The way to the peer: where both are, the peer's asset, and all that is learned about the path from replies. What only
 * a sender needs is made when it is first asked for: most ends of servers do nothing but answer.
 */
export class Path {
  #rtt: RoundTrip | undefined
  #rate: ExchangeRate | undefined
  #ledger: DeliveryLedger | undefined
  #packetAmount: PacketAmount | undefined
  /** While the rate is looked for. */
  #probe: RateProbe | undefined
  #pace: Pace | undefined
  #packetsFulfilled = 0
  #packetsRejected = 0
  peerAsset: Asset | undefined
  #peerAddress: IlpAddress | undefined
  #isValidated: boolean

  constructor(
    private readonly config: ConnectionConfig,
    /** Where the peer can send Prepares to. */
    public localAddress: IlpAddress | undefined,
    peerAddress: IlpAddress | undefined,
  ) {
    this.#peerAddress = peerAddress
    // An address that the peer named in a frame may be a third party's; one that came with the secret is its own.
    this.#isValidated = peerAddress !== undefined
    if (config.exchangeRate.probe && config.exchangeRate.fixed === undefined) this.probe.start()
  }

  get rate(): ExchangeRate {
    return (this.#rate ??= new ExchangeRate(this.config.exchangeRate))
  }
  get ledger(): DeliveryLedger {
    return (this.#ledger ??= new DeliveryLedger(this.rate))
  }
  get packetAmount(): PacketAmount {
    return (this.#packetAmount ??= new PacketAmount(this.config.limits.maxPacketAmount))
  }
  get probe(): RateProbe {
    return (this.#probe ??= new RateProbe({
      maxAmount: this.config.limits.maxPacketAmount,
      precisionDigits: this.config.exchangeRate.precisionDigits,
    }))
  }
  /** Begins now where there is none. */
  congestion(now: Instant): CongestionController {
    return (this.pace.congestion ??= this.config.congestion(now))
  }
  get pace(): Pace {
    return (this.#pace ??= new Pace())
  }
  get backoff(): Backoff {
    return this.pace.backoff
  }
  get moneyBackoff(): Backoff {
    return this.pace.moneyBackoff
  }

  /** Smoothed milliseconds; 0 while no round trip to this address was measured. */
  get smoothedRtt(): Duration {
    return this.#rtt?.smoothed ?? 0
  }
  /** A round trip was measured not long ago. */
  isRttFresh(now: Instant): boolean {
    return this.#rtt?.isFresh(now) === true
  }

  get peerAddress(): IlpAddress | undefined {
    return this.#peerAddress
  }

  /** An authenticated reply has come back from this address (RFC 0029, 4.3.2). */
  get isValidated(): boolean {
    return this.#isValidated
  }

  /** Everything learned belongs to the old path (RFC 0029, 4.3.2). False: the peer is where it was. */
  changePeerAddress(now: Instant, address: IlpAddress): boolean {
    if (address === this.#peerAddress) return false
    const isFirst = this.#peerAddress === undefined
    this.#peerAddress = address
    this.#isValidated = false
    if (isFirst) return true
    this.#rtt = undefined
    this.#rate?.reset()
    this.#ledger?.onPathChanged()
    this.#packetAmount?.reset()
    this.#pace?.onPathChanged(now)
    // Of probes on their way to the old address nothing will be heard.
    if (this.config.exchangeRate.fixed === undefined || this.isProbing) this.probe.start()
    return true
  }

  /** Whoever only asks leaves nothing behind: a part that is not there is made for the answer, and goes again. */
  figures(): PathFigures {
    const { exchangeRate, limits } = this.config
    const { minimum, bounds, lastPacketRate } = this.#rate ?? new ExchangeRate(exchangeRate)
    return {
      totalSent: this.#ledger?.sent ?? 0n,
      totalDelivered: this.#ledger?.delivered ?? 0n,
      packetsFulfilled: this.#packetsFulfilled,
      packetsRejected: this.#packetsRejected,
      minimumRate: minimum,
      rateBounds: bounds,
      lastPacketRate,
      smoothedRtt: this.smoothedRtt,
      packetAmountLimit: this.#packetAmount?.limit ?? limits.maxPacketAmount,
      peerAddress: this.#peerAddress,
      peerAsset: this.peerAsset,
    }
  }

  /** The congestion controller's own. One that is not there goes again, as above. */
  congestionFigures(now: Instant): ReturnType<CongestionController['metrics']> {
    return (this.#pace?.congestion ?? this.config.congestion(now)).metrics()
  }

  // ── the rate ──────────────────────────────────────────────────────────────────

  /** Money may be sent: there is a minimum to ask for. */
  get isRateKnown(): boolean {
    return this.rate.minimum !== undefined
  }

  get isProbing(): boolean {
    return this.#probe !== undefined && this.#probe.state === 'probing'
  }

  /** Money waits and the rate is not known: find out. */
  wantRate(): void {
    if (!this.isRateKnown && !this.isProbing) this.probe.start()
  }

  /** Money waits, but the path is worse than the minimum: look again now and then. Returns when. */
  wantBetterRate(now: Instant): Instant | undefined {
    const at = this.pace.nextLook(now)
    if (at === undefined) this.probe.start()
    return at
  }

  /** Smallest packet that can still deliver its minimum, as far as the caller allows it. */
  get smallestPacket(): bigint {
    const { maxPacketAmount } = this.config.limits
    const smallest = this.ledger.smallestDeliverable() ?? 1n
    return smallest < maxPacketAmount ? smallest : maxPacketAmount
  }

  /** The rate is known, and too low for any packet that the caller allows, unless it is the last of its stream. */
  get isRateTooLow(): boolean {
    const smallest = this.ledger.smallestDeliverable()
    return this.isRateKnown && (smallest === undefined || smallest > this.config.limits.maxPacketAmount)
  }

  // ── rest ──────────────────────────────────────────────────────────────────────

  /** When all that was under way has come to an end, unless more is sent: what was learned about congestion is old then. */
  get restAt(): Instant | undefined {
    const { packet, grace } = this.config.timeouts
    const lastSentAt = this.#pace?.lastSentAt
    return lastSentAt === undefined ? undefined : lastSentAt + packet + grace
  }

  /** Whoever sends again begins with the initial window, as QUIC and TCP do, and until then there is nothing to keep. */
  rest(now: Instant): void {
    if (this.restAt === undefined || now < this.restAt) return
    this.pace.lastSentAt = this.pace.congestion = undefined
    if (this.pace.isFree) this.#pace = undefined
    if (this.#packetAmount?.isUnlimited === true) this.#packetAmount = undefined
  }

  // ── replies ───────────────────────────────────────────────────────────────────

  onSent(now: Instant, packet: SentPacket, inFlight: InFlight): void {
    this.pace.lastSentAt = now
    if (packet.payment !== undefined) {
      this.ledger.onSent(packet.amount, packet.minimum)
      this.packetAmount.onSent(packet.amount)
      this.moneyBackoff.onSent(packet.sequence)
    }
    this.backoff.onSent(packet.sequence)
    if (!packet.isProbe) this.congestion(now).onPacketSent(now, packet, inFlight)
  }

  /** Learns from a reply. Returns why the path is of no use any more. `inFlight`: without this packet. */
  onOutcome(now: Instant, packet: SentPacket, outcome: Outcome, inFlight: InFlight): CloseReason | undefined {
    const isFulfilled = outcome.money === 'fulfilled'
    if (isFulfilled) this.#packetsFulfilled++
    else this.#packetsRejected++
    if (packet.payment !== undefined) {
      if (isFulfilled) this.ledger.onFulfilled(packet.amount, packet.minimum, outcome.delivered ?? packet.minimum)
      else this.ledger.onReleased(packet.amount, packet.minimum)
    }
    // What left for an earlier address says nothing about this one, least of all that somebody is there.
    if (packet.destination !== this.#peerAddress) return outcome.fatal
    if (outcome.isAuthentic || isFulfilled) this.#onProof(now, packet)
    this.#tellRefused(now, packet, outcome)
    if (packet.amount > 0n && outcome.delivered !== undefined) this.rate.sample(packet.amount, outcome.delivered)
    this.#tellPacketAmount(packet, outcome)
    if (packet.isProbe) this.#onProbeOutcome(packet, outcome)
    else if (outcome.amountTooLarge !== undefined) this.congestion(now).onAmountRefused?.(now, packet, inFlight)
    else this.#tellCongestion(now, packet, outcome.congestion, inFlight)
    if (packet.payment !== undefined) this.#paceMoney(now, packet.sequence, outcome)
    const isNews = this.#paceRetries(now, packet, outcome)
    return this.#verdict(now, packet, outcome, isNews)
  }

  #tellRefused(now: Instant, { payment, amount, minimum, sentAt }: SentPacket, { money, delivered }: Outcome): void {
    if (payment === undefined || money === 'fulfilled' || delivered === undefined || delivered >= minimum) return
    this.ledger.onRefused(now, amount, minimum - delivered, sentAt)
  }

  #onProof(now: Instant, packet: SentPacket): void {
    this.#rtt ??= new RoundTrip()
    this.#rtt.sample(now - packet.sentAt, now)
    this.pace.failuresInARow = 0
    this.#isValidated = true
  }

  #tellPacketAmount({ amount }: SentPacket, { amountTooLarge, congestion }: Outcome): void {
    if (amount === 0n) return
    if (amountTooLarge !== undefined) this.packetAmount.onTooLarge(amount, amountTooLarge.maximum, this.smallestPacket)
    else if (congestion === 'acked') this.packetAmount.onDelivered(amount)
    else this.packetAmount.onOther(amount)
  }

  #tellCongestion(now: Instant, packet: SentPacket, signal: CongestionSignal | 'acked' | 'none', inFlight: InFlight) {
    if (signal === 'acked') this.congestion(now).onPacketAcked(now, packet, inFlight, this.smoothedRtt)
    else if (signal !== 'none') this.congestion(now).onCongestion(now, packet, inFlight, signal)
  }

  /** A peer may decline money for as long as it likes, but is not asked all the time. */
  #paceMoney(now: Instant, sequence: number, outcome: Outcome): void {
    this.moneyBackoff.onAnswer(sequence)
    if (outcome.money === 'fulfilled') this.moneyBackoff.onProgress()
    else if (outcome.isAuthentic) this.moneyBackoff.onFailure(now, sequence)
  }

  /** Whatever gets nothing done is retried ever more slowly. True: a failure that tells something new. */
  #paceRetries(now: Instant, packet: SentPacket, outcome: Outcome): boolean {
    const { amountTooLarge, frames, congestion } = outcome
    this.backoff.onAnswer(packet.sequence)
    if (amountTooLarge !== undefined) {
      // A smaller packet goes at once, unless nothing smaller makes sense.
      const { amount, isProbe } = packet
      const isSmallerUseful = this.packetAmount.limit < amount && this.smallestPacket < amount
      const helps = amountTooLarge.maximum !== 0n && (isProbe || isSmallerUseful)
      return !helps && this.backoff.onFailure(now, packet.sequence)
    }
    const isShrinking = congestion === 'insufficientLiquidity' && this.#nextIsSmaller(now, packet)
    if (frames === 'acked' || isShrinking) {
      this.backoff.onProgress()
      return false
    }
    // Liquidity comes back little by little: ask more often.
    return this.backoff.onFailure(now, packet.sequence, congestion === 'insufficientLiquidity' ? 1.5 : 2)
  }

  /** The search for an amount that the path has liquidity for gets on: it cannot go on for ever, so it is not paced. */
  #nextIsSmaller(now: Instant, { amount, isProbe }: SentPacket): boolean {
    if (isProbe) return this.isProbing && amount > this.probe.largestPassed
    return this.congestion(now).window().amount < amount && amount > this.smallestPacket
  }

  #onProbeOutcome({ amount }: SentPacket, outcome: Outcome): void {
    if (this.#probe === undefined) return // the others have told enough
    if (outcome.delivered !== undefined) this.probe.onDelivered(amount, outcome.delivered)
    else if (outcome.amountTooLarge !== undefined) this.probe.onTooLarge(amount, outcome.amountTooLarge.maximum)
    else if (outcome.congestion === 'insufficientLiquidity') {
      this.probe.sawTemporaryError = true
      this.probe.onTooLarge(amount, undefined)
    } else {
      this.probe.sawTemporaryError = true
      this.probe.onFailed(amount)
    }
    if (this.probe.state === 'done') {
      this.#probe = undefined
      this.rate.establish()
    }
  }

  #verdict(now: Instant, packet: SentPacket, outcome: Outcome, isNews: boolean): CloseReason | undefined {
    if (outcome.fatal !== undefined) return outcome.fatal
    if (outcome.pathFailure !== undefined && isNews && ++this.pace.failuresInARow >= this.config.limits.pathFailures) {
      return outcome.pathFailure
    }
    return packet.isProbe && this.#probe?.state === 'failed' ? this.#onProbingFailed(now) : undefined
  }

  #onProbingFailed(now: Instant): CloseReason | undefined {
    // Only the peer's own answers settle that the path is no good; a refusal on the way can be forged.
    const refusedRounds = this.probe.isRefused ? this.config.limits.pathFailures : 1
    const rounds = this.probe.sawTemporaryError ? MAX_PROBE_ROUNDS : refusedRounds
    this.probe.sawTemporaryError = false
    if (this.isRateKnown) return undefined // a look for a better rate; there will be another
    if (++this.probe.failedRounds >= rounds) {
      if (this.probe.pathMaximum === 0n) return { by: 'pathMaximumZero' }
      return { by: 'rateUnknown', digits: this.probe.bestPrecision }
    }
    this.backoff.pause(now)
    this.probe.start()
    return undefined
  }
}
