import type { Duration, Instant } from '@stream/flow'
import type { CloseReason } from './io.js'
import { SeenPrepares } from './packet/seen-prepares.js'

export type ConnectionState = 'establishing' | 'established' | 'closing' | 'draining' | 'closed'

/** Both directions share one key, and it must not seal more packets than this (RFC 0029, 5.1.3). */
export const MAX_PACKETS = 2 ** 31

/**
 * establishing → established → closing (we close) or draining (the peer closed) → closed.
 * Owns the reason of the end, the two deadlines that can bring it about, and the sequence numbers of both ends.
 */
export class Lifecycle {
  #state: ConnectionState = 'establishing'
  #reason: CloseReason | undefined
  // A number from the beginning is changed in place; what begins undefined would leave an object behind for each packet.
  #lastAuthenticated: Instant = 0
  #closeDeadline: Instant | undefined
  #lastSequence = 0
  #replies = 0
  /** Clients mostly get none at all. */
  #seen: SeenPrepares | undefined

  constructor(
    now: Instant,
    private readonly config: {
      readonly timeouts: { readonly idle: Duration; readonly close: Duration }
      readonly limits: { readonly sealedPackets: number }
    },
  ) {
    this.#lastAuthenticated = now
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** Why the connection ends or has ended. */
  get reason(): CloseReason | undefined {
    return this.#reason
  }

  /** Streams may be opened, written to and paid. */
  get isOpen(): boolean {
    return this.#state === 'establishing' || this.#state === 'established'
  }

  /** When the connection ends by itself. */
  get deadline(): Instant | undefined {
    if (this.#state === 'closed') return undefined
    return this.#closeDeadline ?? this.#lastAuthenticated + this.config.timeouts.idle
  }

  /** When the last authenticated packet or reply came. */
  get lastHeardAt(): Instant {
    return this.#lastAuthenticated
  }

  /** Any authenticated packet or reply keeps the connection alive. */
  onAuthenticated(now: Instant): void {
    this.#lastAuthenticated = now
  }

  /** True when this changed the state. */
  establish(): boolean {
    if (this.#state !== 'establishing') return false
    this.#state = 'established'
    return true
  }

  /** True when this was the first close; a later one changes nothing. */
  beginClose(by: 'closing' | 'draining', reason: CloseReason): boolean {
    if (!this.isOpen) return false
    this.#state = by
    this.#reason = reason
    return true
  }

  /** Commands know no time: the wait of a close begins when outputs are polled after it. */
  startCloseTimer(now: Instant): void {
    if (this.#state === 'closing' || this.#state === 'draining')
      this.#closeDeadline ??= now + this.config.timeouts.close
  }

  /** The end without a handshake, or the end of one. True exactly once. */
  end(reason: CloseReason): boolean {
    if (this.#state === 'closed') return false
    this.#state = 'closed'
    this.#reason ??= reason
    return true
  }

  isIdle(now: Instant): boolean {
    return this.isOpen && now >= this.#lastAuthenticated + this.config.timeouts.idle
  }

  isCloseOverdue(now: Instant): boolean {
    return this.#closeDeadline !== undefined && this.#state !== 'closed' && now >= this.#closeDeadline
  }

  /** So long after the end that who still sends can never have heard of it. */
  isLongOver(now: Instant): boolean {
    return (
      this.#state === 'closed' &&
      this.#closeDeadline !== undefined &&
      now >= this.#closeDeadline + this.config.timeouts.idle
    )
  }

  /** What has come from the peer. */
  get seen(): SeenPrepares {
    return (this.#seen ??= new SeenPrepares())
  }

  /** When no copy of what was answered can come any more; `undefined`: now already. */
  get repliesKeptUntil(): Instant | undefined {
    return this.#seen?.restAt
  }

  /** Those of which no copy can come any more. */
  forgetReplies(now: Instant): void {
    this.#seen?.forgetExpired(now)
  }

  get packetsSent(): number {
    return this.#lastSequence
  }

  /** Requests and replies. */
  get packetsSealed(): number {
    return this.#lastSequence + this.#replies
  }

  /** One is always kept for the close itself. */
  get atPacketLimit(): boolean {
    return this.packetsSealed >= this.config.limits.sealedPackets - 1
  }

  /** The key must not be used again, not even to repeat the close. */
  get isKeyUsedUp(): boolean {
    return this.packetsSealed >= this.config.limits.sealedPackets
  }

  nextSequence(): number {
    return ++this.#lastSequence
  }

  countReply(): void {
    this.#replies++
  }
}
