import type { Duration, Instant } from '@stream/flow'
import type { ConnectionControl } from '../connection-control.js'
import type { Lifecycle } from '../lifecycle.js'
import type { PlannedDelivery } from '../path/delivery-ledger.js'
import type { Path } from '../path/path.js'
import type { Stream } from '../streams/stream.js'
import type { Streams } from '../streams/streams.js'
import { PacketBuilder } from './packet-builder.js'
import type { SentPackets } from './sent-packets.js'

interface SchedulerParts {
  readonly lifecycle: Lifecycle
  readonly path: Path
  readonly streams: Streams
  readonly control: ConnectionControl
  readonly sent: SentPackets
}

/** What goes next: a packet to send, or since nothing may go, when to look again. */
export type Next =
  | { readonly packet: PacketBuilder; readonly probe?: bigint }
  | { readonly packet: undefined; readonly lookAgainAt: Instant | undefined }

const NOTHING: Next = { packet: undefined, lookAgainAt: undefined }

/** A peer that has just let go of a stream has room a moment later. */
const ASK_AGAIN_AFTER: Duration = 250

/**
 * Decides what the next Prepare carries: the close, a probe, money, or frames with data. Money and data never share
 * one: receivers apply the data before they reject the money, and what is sent again then stalls their stream.
 */
export class Scheduler {
  #moneysTurn = false
  #askAgainAt: Instant | undefined

  constructor(private readonly parts: SchedulerParts) {}

  next(now: Instant): Next {
    const { lifecycle, path, sent, control } = this.parts
    if (path.peerAddress === undefined) return NOTHING
    if (lifecycle.state === 'closing') return control.owesClose && !lifecycle.isKeyUsedUp ? this.#close(now) : NOTHING
    if (!lifecycle.isOpen) return NOTHING
    if (!this.#wantsToSend) return this.#whileWithoutCredit(now)
    const at = Math.max(path.backoff.until, path.congestion.nextSendTime(now))
    if (at > now) return { packet: undefined, lookAgainAt: at }
    const { packets } = sent.inFlight
    if (packets >= path.congestion.window().packets || !path.backoff.mayTry) return NOTHING
    if (!path.isValidated) return packets > 0 ? NOTHING : { packet: this.#frames() }
    return this.#probe() ?? this.#inTurn(now)
  }

  get #wantsToSend(): boolean {
    const { path, streams, control } = this.parts
    return path.isProbing || control.isOwed || streams.hasFrames || streams.hasMoney || streams.hasStalledMoney
  }

  /** Asks a second time for credit. It ends there: a peer that moves says something, and is asked anew. */
  #whileWithoutCredit(now: Instant): Next {
    const { streams, sent } = this.parts
    const isDue = sent.isEmpty && streams.wantsToAskAgain && streams.waitsForCredit
    if (!isDue) {
      this.#askAgainAt = undefined
      return NOTHING
    }
    this.#askAgainAt ??= now + ASK_AGAIN_AFTER
    if (this.#askAgainAt > now) return { packet: undefined, lookAgainAt: this.#askAgainAt }
    streams.askForCredit()
    streams.wantsToAskAgain = false
    return { packet: this.#frames() }
  }

  #start(): PacketBuilder {
    const packet = new PacketBuilder('prepare')
    this.parts.control.fill(packet, this.parts.lifecycle.state === 'establishing')
    return packet
  }

  #close(now: Instant): Next {
    const { until } = this.parts.path.backoff
    if (until > now) return { packet: undefined, lookAgainAt: until }
    const packet = new PacketBuilder('prepare')
    this.parts.control.fillClose(packet)
    return { packet }
  }

  #probe(): Next | undefined {
    const amount = this.parts.path.probe.next()
    return amount === undefined ? undefined : { packet: this.#start(), probe: amount }
  }

  /**
   * Money and frames of streams take turns, so that neither starves the other. What the connection owes alone waits for
   * no packet of its own: it travels with the money, so that the first packet of all can pay.
   */
  #inTurn(now: Instant): Next {
    const { streams, control } = this.parts
    const hasFrames = control.isOwed || streams.hasFrames
    let money: Next = NOTHING
    if (this.#moneysTurn || !streams.hasFrames) {
      money = this.#money(now)
      this.#moneysTurn = false
      if (money.packet !== undefined || !hasFrames) return money
    }
    this.#moneysTurn = true
    const packet = this.#frames()
    if (!packet.isEmpty) return { packet }
    return money === NOTHING ? this.#money(now) : money
  }

  #frames(): PacketBuilder {
    const packet = this.#start()
    this.parts.streams.fill(packet, true)
    return packet
  }

  // ── money ─────────────────────────────────────────────────────────────────────

  #money(now: Instant): Next {
    const { path, streams, sent } = this.parts
    if (streams.hasMoney && !path.isRateKnown) {
      path.wantRate()
      return this.#probe() ?? NOTHING
    }
    if (streams.hasMoney && path.moneyBackoff.until > now) {
      return { packet: undefined, lookAgainAt: path.moneyBackoff.until }
    }
    if (streams.hasMoney && !path.moneyBackoff.mayTry) return NOTHING
    const windowLeft = path.congestion.window().amount - sent.inFlight.amount
    for (const stream of streams.moneyQueue()) {
      const available = stream.moneyOut.available(path.rate)
      if (available === 0n) {
        streams.blockMoney(stream)
        continue
      }
      const plan = this.#plan(stream, available, windowLeft)
      if (plan === 'wait') return NOTHING
      if (plan === undefined) {
        this.#stall(stream)
        continue
      }
      return { packet: this.#pay(stream, plan.amount, plan.minimum) }
    }
    return this.#whileStalled(now)
  }

  /** What the next packet pays. `wait`: the window has room for a crumb only. `undefined`: nothing as things are. */
  #plan(stream: Stream, available: bigint, windowLeft: bigint): PlannedDelivery | 'wait' | undefined {
    const { path, sent } = this.parts
    const { remaining } = stream.moneyOut
    const wanted = smaller(available, path.packetAmount.limit)
    const plan = windowLeft < wanted ? undefined : path.ledger.plan(remaining, wanted)
    if (plan !== undefined) return plan
    // No limit learned from the path, where anyone can forge rejects, makes packets so small that they deliver nothing.
    const least = smaller(available, path.smallestPacket)
    const most = larger(wanted, least)
    const isAlone = sent.inFlight.amount === 0n
    if (!isAlone && (windowLeft < least || windowLeft * 2n < most)) return 'wait'
    return path.ledger.plan(remaining, larger(smaller(windowLeft, most), least))
  }

  #pay(stream: Stream, amount: bigint, minimum: bigint): PacketBuilder {
    const { path, streams } = this.parts
    const packet = this.#start()
    const hold = stream.moneyOut.hold(amount, path.rate)
    packet.addMoney({ streamId: stream.id, amount, minimum, hold })
    stream.isAnnounced = true
    streams.servedMoney(stream)
    streams.fill(packet, false)
    return packet
  }

  /** This stream's money cannot go as things are. With a good rate it is a rest too small to deliver anything. */
  #stall(stream: Stream): void {
    const { path, streams } = this.parts
    streams.stall(stream)
    stream.isRestUndeliverable = stream.moneyOut.held === 0n && path.ledger.smallestDeliverable() !== undefined
  }

  #whileStalled(now: Instant): Next {
    const { path, streams, sent } = this.parts
    const isRateTooLow = streams.hasStalledMoney && sent.isEmpty && path.ledger.smallestDeliverable() === undefined
    if (!isRateTooLow) return NOTHING
    const lookAgainAt = path.wantBetterRate(now)
    return lookAgainAt === undefined ? (this.#probe() ?? NOTHING) : { packet: undefined, lookAgainAt }
  }
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)
