import type { Duration, Instant } from '@stream/flow'
import { ASSUMED } from '../config.js'
import type { ConnectionControl } from '../connection-control.js'
import type { Lifecycle } from '../lifecycle.js'
import type { PlannedDelivery } from '../path/delivery-ledger.js'
import type { Path } from '../path/path.js'
import type { Stream } from '../streams/stream.js'
import type { Streams } from '../streams/streams.js'
import { LimitRequests } from './limit-requests.js'
import { PacketBuilder } from './packet-builder.js'
import type { SentPackets } from './sent-packets.js'

interface SchedulerParts {
  readonly lifecycle: Lifecycle
  readonly path: Path
  readonly streams: Streams
  readonly control: ConnectionControl
  readonly sent: SentPackets
  readonly config: { readonly role: 'client' | 'server'; readonly isReachable: boolean }
}

/**
 * Between two probes a client of the predecessor may be silent for longer than our round trip to it: it waits for its slowest
 * packet, is busy with other work, and rests for 100, 150 and 225 milliseconds after temporary errors.
 */
const PROBE_PAUSE: Duration = 250
/** A peer that has just let go of a stream has room a moment later. */
const ASK_AGAIN_AFTER: Duration = 250

/**
 * Decides what the next Prepare carries: the close, a probe, money, or frames with data. Money and data never share
 * one: receivers apply the data before they reject the money, and what is sent again then stalls their stream.
 */
export class Scheduler {
  #moneysTurn = false
  #askAgainAt: Instant | undefined
  #lookAgainAt: Instant | undefined
  #isPeerListening: boolean

  readonly #requests: LimitRequests | undefined

  constructor(private readonly parts: SchedulerParts) {
    const { config, streams, path } = parts
    this.#isPeerListening = config.role === 'client'
    if (!config.isReachable) this.#requests = new LimitRequests(streams, path.rate)
  }

  /** Something waits to be sent, but not before. */
  get lookAgainAt(): Instant | undefined {
    return this.#lookAgainAt
  }

  /** `undefined`: nothing may go, or not before `lookAgainAt`. */
  next(now: Instant): PacketBuilder | undefined {
    this.#lookAgainAt = undefined
    const packet = this.#next(now)
    if (this.#requests === undefined) return packet
    if (packet !== undefined) this.#requests.onProgress()
    return packet ?? this.#whileKept(now, this.#requests)
  }

  /** Only replies bring limits: what keeps us is asked for, unless something else is waited for. */
  #whileKept(now: Instant, requests: LimitRequests): PacketBuilder | undefined {
    const { lifecycle, sent } = this.parts
    if (this.#lookAgainAt !== undefined || !lifecycle.isOpen || !sent.isEmpty) return undefined
    const at = requests.nextAt(now)
    if (at === undefined) return undefined
    if (at > now) return this.#later(at)
    requests.request()
    return this.#frames()
  }

  #next(now: Instant): PacketBuilder | undefined {
    const { lifecycle, path, sent, control } = this.parts
    if (path.peerAddress === undefined) return undefined
    if (lifecycle.state === 'closing') {
      return control.owesClose && !lifecycle.isKeyUsedUp ? this.#close(now) : undefined
    }
    if (!lifecycle.isOpen) return undefined
    if (!this.#wantsToSend()) return this.#whileWithoutCredit(now)
    const at = Math.max(path.backoff.until, path.congestion(now).nextSendTime(now))
    if (at > now) return this.#later(at)
    const window = path.congestion(now).window()
    const { packets } = sent.inFlight
    if (packets >= window.packets || !path.backoff.mayTry) return undefined
    const waitsUntil = this.#waitsForPeer(now)
    if (!path.isValidated) {
      if (packets > 0) return undefined
      return waitsUntil === undefined ? this.#frames() : this.#start()
    }
    const probe = this.#probe()
    if (probe !== undefined) return probe
    return waitsUntil === undefined ? this.#inTurn(now, window.amount) : this.#later(waitsUntil)
  }

  /**
   * A client that has said no more than who it is may still be connecting: its program has no connection yet, and with the
   * predecessor a stream that appears before is lost to it. It hears of streams when it has been silent for longer than its
   * probes take.
   */
  #waitsForPeer(now: Instant): Instant | undefined {
    if (this.#isPeerListening) return undefined
    const { streams, path, lifecycle } = this.parts
    const until = path.isValidated ? lifecycle.lastHeardAt + path.smoothedRtt + PROBE_PAUSE : Infinity
    this.#isPeerListening = hasSpoken(streams) || until <= now
    return this.#isPeerListening ? undefined : until
  }

  #later(at: Instant): undefined {
    this.#lookAgainAt = at
  }

  #wantsToSend(): boolean {
    const { path, streams, control } = this.parts
    return path.isProbing || control.isOwed || streams.hasFrames || streams.hasMoney || streams.hasStalledMoney
  }

  /** Asks a second time for credit. It ends there: a peer that moves says something, and is asked anew. */
  #whileWithoutCredit(now: Instant): PacketBuilder | undefined {
    const { streams, sent } = this.parts
    const isDue = sent.isEmpty && streams.waitsForCredit && streams.sharedCredit.wantsToAskAgain
    if (!isDue) {
      this.#askAgainAt = undefined
      return undefined
    }
    this.#askAgainAt ??= now + ASK_AGAIN_AFTER
    if (this.#askAgainAt > now) return this.#later(this.#askAgainAt)
    streams.askForCredit()
    streams.sharedCredit.wantsToAskAgain = false
    return this.#frames()
  }

  #start(probe?: bigint): PacketBuilder {
    const packet = new PacketBuilder('prepare', probe)
    this.parts.control.fill(packet, this.parts.lifecycle.state === 'establishing')
    return packet
  }

  #close(now: Instant): PacketBuilder | undefined {
    const { until } = this.parts.path.backoff
    if (until > now) return this.#later(until)
    const packet = new PacketBuilder('prepare')
    this.parts.control.fillClose(packet)
    return packet
  }

  #probe(): PacketBuilder | undefined {
    const { path } = this.parts
    const amount = path.isProbing ? path.probe.next() : undefined
    return amount === undefined ? undefined : this.#start(amount)
  }

  /**
   * Money and frames of streams take turns, so that neither starves the other. What the connection owes alone waits for
   * no packet of its own: it travels with the money, so that the first packet of all can pay.
   */
  #inTurn(now: Instant, window: bigint): PacketBuilder | undefined {
    const { streams, control } = this.parts
    const hasFrames = control.isOwed || streams.hasFrames
    if (this.#moneysTurn || !streams.hasFrames) {
      const money = this.#money(now, window)
      this.#moneysTurn = false
      if (money !== undefined || !hasFrames) return money
    }
    this.#moneysTurn = true
    const packet = this.#frames()
    if (!packet.isEmpty) return packet
    return this.#lookAgainAt === undefined ? this.#money(now, window) : undefined
  }

  #frames(): PacketBuilder {
    const packet = this.#start()
    this.parts.streams.fill(packet, true)
    return packet
  }

  // ── money ─────────────────────────────────────────────────────────────────────

  #money(now: Instant, window: bigint): PacketBuilder | undefined {
    const { path, streams, sent } = this.parts
    if (streams.hasMoney && !path.isRateKnown) {
      path.wantRate()
      return this.#probe()
    }
    if (streams.hasMoney && path.moneyBackoff.until > now) return this.#later(path.moneyBackoff.until)
    if (streams.hasMoney && !path.moneyBackoff.mayTry) return undefined
    const windowLeft = window - sent.inFlight.amount
    for (let stream = streams.nextToPay; stream !== undefined; stream = streams.nextToPay) {
      const available = stream.moneyOut.available(path.rate)
      if (available === 0n) {
        streams.blockMoney(stream)
        continue
      }
      const plan = this.#plan(stream, available, windowLeft)
      if (plan === 'wait') return undefined
      if (plan === undefined) {
        this.#stall(stream)
        continue
      }
      return this.#pay(stream, plan.amount, plan.minimum)
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
    const isAlone = sent.inFlight.amount === 0n
    // The rule, and found in no time: a full window.
    if (!isAlone && windowLeft * 2n < wanted) return 'wait'
    // No limit learned from the path, where anyone can forge rejects, makes packets so small that they deliver nothing.
    const least = smaller(available, path.smallestPacket)
    const most = larger(wanted, least)
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
    stream.isRestUndeliverable = !stream.holdsMoney && !path.isRateTooLow
  }

  #whileStalled(now: Instant): PacketBuilder | undefined {
    const { path, streams, sent } = this.parts
    if (!streams.hasStalledMoney || !sent.isEmpty || !path.isRateTooLow) return undefined
    const at = path.wantBetterRate(now)
    return at === undefined ? this.#probe() : this.#later(at)
  }
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** The peer has opened a stream, or told how much it takes on all of them, as clients of ours do in the first packet. */
function hasSpoken(streams: Streams): boolean {
  if (streams.peerMaxData > ASSUMED.connectionWindow) return true
  for (const { id } of streams) if (!streams.ids.isLocal(id)) return true
  return false
}
