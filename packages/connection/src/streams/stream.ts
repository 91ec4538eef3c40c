import type { StreamId } from '@stream/frames'
import { ErrorCode as Code, FrameType } from '@stream/frames'
import type { Delivery, Duration, Instant } from '@stream/flow'
import { LimitSync, ReceiveWindow, SendCredit } from '@stream/flow'
import { ASSUMED } from '../config.js'
import { closeMessage } from '../close-message.js'
import type { Violation } from '../errors.js'
import { violation } from '../errors.js'
import type { PacketBuilder } from '../packet/packet-builder.js'
import type { Ratio } from '../path/ratio.js'
import { Assembler } from './assembler.js'
import { MoneyReceiver } from './money-receiver.js'
import { MoneySender } from './money-sender.js'
import type { Segment } from './send-buffer.js'
import { SendBuffer } from './send-buffer.js'

/** Type, length, stream id, offset and data length of a StreamData frame at their largest. */
const DATA_FRAME_OVERHEAD = 1 + 3 + 9 + 9 + 3
/** Below this a piece of data waits for the next packet: its overhead would outweigh it. */
const SMALLEST_PIECE = 64

export interface StreamOptions {
  readonly window: number
  readonly maxWindow: number
  readonly receiveMaxTolerance: Ratio
}

/**
 * open → closing (we close: flush, then StreamClose) or peerClosed (settle what is in flight) → closed.
 * There are no half-open streams: the RFC allows either (4.4.5), the other implementations have none.
 */
type StreamState = 'open' | 'closing' | 'peerClosed' | 'closed'

/** One stream: its outgoing and incoming money, its outgoing and incoming bytes, and its end. */
export class Stream {
  readonly moneyOut = new MoneySender()
  readonly moneyIn: MoneyReceiver
  /** What the peer lets us send, in bytes. */
  readonly credit = new SendCredit(ASSUMED.streamWindow)
  /** What we let the peer send, in bytes. */
  readonly window: ReceiveWindow
  /** The peer may know of this stream: a packet with it has left. */
  isAnnounced: boolean
  /** The frame that does nothing but open the stream. Its close must not overtake it. */
  #opening: 'none' | 'inFlight' | 'lost' | 'acked' = 'none'
  /** What is left of sendMax, or of the peer's receiveMax, is too little to deliver anything at the minimum rate. */
  isRestUndeliverable = false
  /** `readable` has been told and nothing was read since. */
  readableTold = false
  /** A write was short. */
  wantsWritable = false
  #state: StreamState = 'open'
  #end: Violation | undefined
  #lingerUntil: Instant = 0
  // Most streams carry money or data, one way: each buffer exists once it is used.
  #outgoing: SendBuffer | undefined
  #incoming: Assembler | undefined
  #discardIncoming = false
  #ackedBytes = 0
  readonly #dataBlocked = new LimitSync<number>(0)
  /** The peer's limit at which it was last told that we want to send more. */
  #blockedAt = 0
  readonly #close = new LimitSync<number>(0)
  #isCloseAcked = false

  constructor(
    readonly id: StreamId,
    isLocal: boolean,
    options: StreamOptions,
  ) {
    this.isAnnounced = !isLocal
    this.moneyIn = new MoneyReceiver(options.receiveMaxTolerance)
    this.window = new ReceiveWindow({
      window: options.window,
      maxWindow: options.maxWindow,
      assumed: ASSUMED.streamWindow,
    })
  }

  get state(): StreamState {
    return this.#state
  }
  get isOpen(): boolean {
    return this.#state === 'open'
  }
  /** How it ended, or will when it is flushed. */
  get end(): Violation | undefined {
    return this.#end
  }
  get unsentBytes(): number {
    return this.#outgoing?.unsentBytes ?? 0
  }
  get unackedBytes(): number {
    return this.#outgoing === undefined ? 0 : this.#outgoing.writtenOffset - this.#ackedBytes
  }
  get readableBytes(): number {
    return this.#incoming?.readableBytes ?? 0
  }
  /** End of the last byte that has arrived, with gaps or without. */
  get highestOffset(): number {
    return this.window.received
  }

  // ── commands ──────────────────────────────────────────────────────────────────

  write(data: Uint8Array): void {
    this.#outgoing ??= new SendBuffer()
    this.#outgoing.write(data)
  }

  read(maxBytes: number): Uint8Array | undefined {
    this.readableTold = false
    return this.#incoming?.read(maxBytes)
  }

  /** Flush and close, or with an error: give up what was never sent, then close. */
  requestClose(end: Violation): void {
    const isCutShort = this.#state === 'closing' && this.#end?.errorCode === Code.NoError && this.#close.value === 0
    if (this.#state !== 'open' && !isCutShort) return
    this.#state = 'closing'
    this.#end = end
    if (end.errorCode === Code.NoError) return
    this.moneyOut.discardUnsent()
    this.#outgoing?.discardUnsent()
  }

  /** Nobody will read any more: bytes that arrived or will arrive are dropped. Returns how many are freed. */
  discardIncoming(): number {
    this.#discardIncoming = true
    const freed = this.highestOffset - this.window.released
    this.#incoming = undefined
    return freed
  }

  // ── the peer's frames ─────────────────────────────────────────────────────────

  /** Bytes that do not fill known positions count against the window; the rest is a duplicate, which is success. */
  receiveData(offset: number, data: Uint8Array): { newBytes: number; isReadable: boolean; discarded: boolean } {
    const newBytes = Math.max(0, offset + data.length - this.highestOffset)
    this.window.receive(newBytes)
    if (this.#discardIncoming) return { newBytes, isReadable: false, discarded: true }
    if (data.length === 0) return { newBytes, isReadable: false, discarded: false }
    this.#incoming ??= new Assembler()
    return { newBytes, isReadable: this.#incoming.insert(offset, data), discarded: false }
  }

  onPeerClose(end: Violation, lingerUntil: Instant): void {
    if (this.#state === 'peerClosed' || this.#state === 'closed') return
    this.#state = 'peerClosed'
    this.#end = end
    this.#lingerUntil = lingerUntil
    this.moneyOut.discardUnsent()
    this.#outgoing?.discard()
  }

  // ── the end ───────────────────────────────────────────────────────────────────

  /** Everything the stream wanted to send has arrived, or cannot be sent: StreamClose overtakes nothing. */
  get isFlushed(): boolean {
    const { remaining, held, isBlocked } = this.moneyOut
    if (held > 0n || this.#outgoing?.isAcked === false) return false
    return remaining === 0n || isBlocked || this.isRestUndeliverable
  }

  get hasGap(): boolean {
    return this.#incoming?.hasGap ?? false
  }

  /** The peer's close overtook bytes that may still come. */
  get lingerUntil(): Instant | undefined {
    return this.#state === 'peerClosed' && this.hasGap ? this.#lingerUntil : undefined
  }

  /** Moves on towards `closed`; true when it has just arrived there. */
  advance(now: Instant): boolean {
    const isOpeningSettled = this.#opening === 'none' || this.#opening === 'acked'
    if (this.#state === 'closing' && this.isFlushed && isOpeningSettled) {
      if (!this.isAnnounced) return this.#finish() // the peer never heard of it and need not
      this.#close.raise(1)
      if (this.#isCloseAcked) return this.#finish()
    }
    if (this.#state === 'peerClosed' && this.moneyOut.held === 0n) {
      const waits = this.hasGap && this.#end?.errorCode === Code.NoError && now < this.#lingerUntil
      if (waits) return false
      const isTruncated = this.hasGap && this.#end?.errorCode === Code.NoError
      if (isTruncated) this.#end = violation(Code.InternalError, 'The stream was closed before all of its data arrived')
      return this.#finish()
    }
    return false
  }

  #finish(): boolean {
    this.#state = 'closed'
    this.#outgoing = undefined
    return true
  }

  // ── frames out ────────────────────────────────────────────────────────────────

  /** Something other than money could go into a packet now. */
  hasFrames(connectionCredit: SendCredit): boolean {
    const owed =
      this.moneyIn.limit.owed ||
      this.moneyOut.blocked.owed ||
      this.#dataBlocked.owed ||
      this.#close.owed ||
      this.#opening === 'lost' ||
      (this.isAnnounced && this.window.limit.owed)
    return owed || this.hasData(connectionCredit)
  }

  /** Bytes could go now: lost ones, or new ones that the peer has room for. */
  hasData(connectionCredit: SendCredit): boolean {
    if (this.#outgoing === undefined) return false
    if (this.#outgoing.hasLost) return true
    return this.#outgoing.unsentBytes > 0 && this.credit.available() > 0 && connectionCredit.available() > 0
  }

  /** Limits and the close. False: the packet is full. */
  fillFacts(packet: PacketBuilder, connectionCredit: SendCredit): boolean {
    if (!this.isAnnounced || this.#opening === 'lost') {
      // Facts in a reply open nothing, and what opens a stream is data, which money never shares a packet with.
      if (packet.kind === 'reply' || packet.payment !== undefined) return true
      // Its first bytes follow in this packet, or else it is opened by an empty StreamData (RFC 0029, 4.4.1).
      const opensWithData = !this.isAnnounced && this.hasData(connectionCredit)
      if (!opensWithData && !this.#announce(packet)) return false
    }
    return (
      this.#fillReceiveMax(packet) && this.#fillMaxData(packet) && this.#fillBlocked(packet) && this.#fillClose(packet)
    )
  }

  /** Puts the current receiveMax and total into a reply even when the peer should know them. */
  addMoneyLimit(packet: PacketBuilder, totalReceived = this.moneyIn.received): boolean {
    const { limit } = this.moneyIn
    return packet.addLimit(
      { type: FrameType.StreamMaxMoney, streamId: this.id, receiveMax: limit.value, totalReceived },
      limit,
    )
  }

  addDataLimit(packet: PacketBuilder): boolean {
    const { limit } = this.window
    return packet.addLimit({ type: FrameType.StreamMaxData, streamId: this.id, maxOffset: limit.value }, limit)
  }

  #announce(packet: PacketBuilder): boolean {
    const frame = { type: FrameType.StreamData, streamId: this.id, offset: 0, data: new Uint8Array(0) } as const
    const delivery = { onAcked: () => (this.#opening = 'acked'), onLost: () => (this.#opening = 'lost') } as const
    if (!packet.tryAdd(frame, delivery)) return false
    this.#opening = 'inFlight'
    this.isAnnounced = true
    return true
  }

  #fillReceiveMax(packet: PacketBuilder): boolean {
    return !this.moneyIn.limit.owed || this.addMoneyLimit(packet)
  }

  #fillMaxData(packet: PacketBuilder): boolean {
    return !this.window.limit.owed || this.#state === 'closed' || this.addDataLimit(packet)
  }

  #fillBlocked(packet: PacketBuilder): boolean {
    const { blocked, sendMax, sent } = this.moneyOut
    if (blocked.owed) {
      const frame = { type: FrameType.StreamMoneyBlocked, streamId: this.id, sendMax, totalSent: sent } as const
      if (!packet.addLimit(frame, blocked)) return false
    }
    if (!this.#dataBlocked.owed) return true
    const maxOffset = this.#dataBlocked.value
    return packet.addLimit({ type: FrameType.StreamDataBlocked, streamId: this.id, maxOffset }, this.#dataBlocked)
  }

  #fillClose(packet: PacketBuilder): boolean {
    if (!this.#close.owed || this.#end === undefined) return true
    // A reply is never acknowledged, and a paying packet may be rejected for its money: the close goes alone.
    if (packet.kind === 'reply' || packet.payment !== undefined) return true
    const { errorCode, errorMessage: text } = this.#end
    const frame = {
      type: FrameType.StreamClose,
      streamId: this.id,
      errorCode,
      errorMessage: closeMessage(text),
    } as const
    if (!packet.fits(frame)) return false
    const delivery = this.#close.deliver()
    return packet.tryAdd(frame, {
      onAcked: () => ((this.#isCloseAcked = true), delivery.onAcked()),
      onLost: () => delivery.onLost(),
    })
  }

  /** Bytes: lost ones first and exactly as they were (RFC 0029, 5.3.11). Spends both credits. */
  fillData(packet: PacketBuilder, connectionCredit: SendCredit): void {
    const outgoing = this.#outgoing
    if (outgoing === undefined) return
    for (;;) {
      const lost = outgoing.hasLost
      const room = packet.bytesLeft - DATA_FRAME_OVERHEAD
      if (room <= 0) return
      const credit = Math.min(this.credit.available(), connectionCredit.available())
      const segment = lost ? outgoing.nextLost(room) : this.#nextSegment(outgoing, room, credit)
      if (segment === undefined) return
      packet.tryAdd({ type: FrameType.StreamData, streamId: this.id, ...segment }, this.#fateOf(outgoing, segment))
      this.isAnnounced = true
      if (lost) continue
      this.credit.consume(segment.data.length)
      connectionCredit.consume(segment.data.length)
    }
  }

  #nextSegment(outgoing: SendBuffer, room: number, credit: number): Segment | undefined {
    if (outgoing.unsentBytes === 0) return undefined
    if (credit === 0) {
      if (this.credit.available() === 0) this.#tellDataBlocked(outgoing.writtenOffset)
      return undefined
    }
    if (room < SMALLEST_PIECE && outgoing.unsentBytes > room) return undefined
    return outgoing.next(Math.min(room, credit))
  }

  #tellDataBlocked(wanted: number): void {
    this.#dataBlocked.raise(wanted)
    if (this.credit.limit > this.#blockedAt) this.#dataBlocked.owe()
    this.#blockedAt = this.credit.limit
  }

  /** A reply is lost and a larger limit perhaps with it: asks again where one is waited for. */
  askForLimits(): void {
    if (this.#state === 'closed') return
    if (this.unsentBytes > 0 && this.credit.available() === 0) this.#dataBlocked.owe()
    if (this.moneyOut.isBlocked) this.moneyOut.blocked.owe()
  }

  #fateOf(outgoing: SendBuffer, segment: Segment): Delivery {
    return {
      onAcked: () => {
        this.#ackedBytes += segment.data.length
        outgoing.onAcked(segment)
      },
      onLost: () => outgoing.onLost(segment),
    }
  }

  release(bytes: number, now: Instant, smoothedRtt: Duration): void {
    this.window.release(bytes, now, smoothedRtt)
  }
}
