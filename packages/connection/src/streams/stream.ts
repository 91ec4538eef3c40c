import type { IlpAddress, StreamId } from '@stream/frames'
import { ErrorCode as Code, FrameType } from '@stream/frames'
import type { Instant, SendCredit } from '@stream/flow'
import { LimitSync } from '@stream/flow'
import { closeMessage } from '../close-message.js'
import type { ConnectionConfig } from '../config.js'
import type { Violation } from '../errors.js'
import { violation } from '../errors.js'
import type { PacketBuilder } from '../packet/packet-builder.js'
import type { ExchangeRate } from '../path/exchange-rate.js'
import { DataReceiver } from './data-receiver.js'
import { DataSender } from './data-sender.js'
import { MoneyReceiver } from './money-receiver.js'
import { MoneySender } from './money-sender.js'
import type { Waiting } from './turns.js'

/** The part of the configuration that is about one stream. */
export type StreamConfig = Pick<ConnectionConfig, 'mode' | 'isReachable'> & {
  readonly limits: Pick<ConnectionConfig['limits'], 'streamWindow' | 'maxStreamWindow' | 'receiveMaxTolerance'>
}

/** What a stream sees of its connection. */
export interface StreamSurroundings {
  readonly credit: SendCredit
  /** With a peer address the peer can hear from us otherwise than in a reply. */
  readonly path: { readonly peerAddress: IlpAddress | undefined }
}

/**
 * open → closing (we close: flush, then StreamClose) or peerClosed (settle what is in flight) → closed.
 * There are no half-open streams: the RFC allows either (4.4.5), the other implementations have none.
 */
type StreamState = 'open' | 'closing' | 'peerClosed' | 'closed'

/** One stream: its outgoing and incoming money, its outgoing and incoming bytes, its opening and its end. */
export class Stream implements Waiting {
  inTurns = 0
  readonly moneyOut = new MoneySender()
  readonly moneyIn: MoneyReceiver
  readonly dataOut: DataSender
  readonly dataIn: DataReceiver
  /** The peer may know of this stream: a packet with it has left. */
  isAnnounced: boolean
  /** The frame that does nothing but open the stream. Its close must not overtake it. */
  #opening: 'none' | 'inFlight' | 'lost' | 'acked' = 'none'
  /** What is left of sendMax, or of the peer's receiveMax, is too little to deliver anything at the minimum rate. */
  isRestUndeliverable = false
  /** A write was short. */
  wantsWritable = false
  #state: StreamState = 'open'
  #end: Violation | undefined
  #lingerUntil: Instant = 0
  #close: LimitSync<number> | undefined
  #isCloseAcked = false

  constructor(
    readonly id: StreamId,
    isLocal: boolean,
    config: StreamConfig,
    private readonly connection: StreamSurroundings,
  ) {
    this.isAnnounced = !isLocal
    this.moneyIn = new MoneyReceiver(config.limits.receiveMaxTolerance)
    this.dataOut = new DataSender(id, connection)
    const { streamWindow: window, maxStreamWindow: maxWindow } = config.limits
    this.dataIn = new DataReceiver({ window, maxWindow })
    // Without an address, what little can come is in replies to what we sent: why our money is refused.
    if (config.mode === 'send' && config.isReachable) this.dataIn.discard()
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

  // ── the end ───────────────────────────────────────────────────────────────────

  /** Flush and close, or with an error: give up what was never sent, then close. */
  requestClose(end: Violation): void {
    const isCutShort = this.#state === 'closing' && this.#end?.errorCode === Code.NoError && this.#close === undefined
    if (this.#state !== 'open' && !isCutShort) return
    this.#state = 'closing'
    this.#end = end
    this.dataOut.isMoreComing = false
    if (end.errorCode === Code.NoError) return
    this.moneyOut.discardUnsent()
    this.dataOut.discardUnsent()
  }

  onPeerClose(end: Violation, lingerUntil: Instant): void {
    if (this.#state === 'peerClosed' || this.#state === 'closed') return
    this.#state = 'peerClosed'
    this.#end = end
    this.#lingerUntil = lingerUntil
    this.moneyOut.discardUnsent()
    this.dataOut.discard()
  }

  /** Everything the stream wanted to send has arrived, or cannot be sent: StreamClose overtakes nothing. */
  get isFlushed(): boolean {
    const { remaining, held, isBlocked } = this.moneyOut
    if (held > 0n || !this.dataOut.isAcked) return false
    return remaining === 0n || isBlocked || this.isRestUndeliverable
  }

  /** The peer's close overtook bytes that may still come. */
  get lingerUntil(): Instant | undefined {
    return this.#state === 'peerClosed' && this.dataIn.hasGap ? this.#lingerUntil : undefined
  }

  /** Moves on towards `closed`; true when it has just arrived there. */
  advance(now: Instant): boolean {
    if (this.#state === 'closing') return this.#advanceClosing()
    if (this.#state === 'peerClosed') return this.#advancePeerClosed(now)
    return false
  }

  #advanceClosing(): boolean {
    const isOpeningSettled = this.#opening === 'none' || this.#opening === 'acked'
    if (!this.isFlushed || !isOpeningSettled) return false
    if (!this.isAnnounced) return this.#finish() // the peer never heard of it and need not
    this.#close ??= new LimitSync<number>(1, { owed: true })
    return this.#isCloseAcked && this.#finish()
  }

  #advancePeerClosed(now: Instant): boolean {
    if (this.moneyOut.held > 0n) return false
    const lacksBytes = this.dataIn.hasGap && this.#end?.errorCode === Code.NoError
    if (lacksBytes && now < this.#lingerUntil) return false
    if (lacksBytes) this.#end = violation(Code.InternalError, 'The stream was closed before all of its data arrived')
    return this.#finish()
  }

  #finish(): boolean {
    this.#state = 'closed'
    this.dataOut.discard()
    return true
  }

  // ── frames out ────────────────────────────────────────────────────────────────

  /** Something other than money could go into a packet now. */
  get hasFrames(): boolean {
    return (
      this.moneyIn.limit.owed ||
      this.moneyOut.owesBlocked ||
      (this.#close !== undefined && this.#close.owed) ||
      this.#opening === 'lost' ||
      (this.isAnnounced && this.dataIn.window.limit.owed) ||
      this.dataOut.hasFrames
    )
  }

  /** Limits and the close. False: the packet is full. */
  fillFacts(packet: PacketBuilder): boolean {
    if (!this.isAnnounced || this.#opening === 'lost') {
      // Facts in a reply open nothing, and what opens a stream is data, which money never shares a packet with.
      if (packet.kind === 'reply' || packet.payment !== undefined) return true
      // Its first bytes follow in this packet, or else it is opened by an empty StreamData (RFC 0029, 4.4.1).
      const opensWithData = !this.isAnnounced && this.dataOut.hasData
      if (!opensWithData && !this.#announce(packet)) return false
    }
    // What asks for something stays owed until a Prepare takes it: whether a reply arrives, nobody tells.
    const mayAsk = packet.kind === 'prepare'
    return (
      this.#fillReceiveMax(packet) &&
      this.#fillMaxData(packet) &&
      (!mayAsk || (this.#fillMoneyBlocked(packet) && this.dataOut.fillBlocked(packet))) &&
      this.#fillClose(packet)
    )
  }

  fillData(packet: PacketBuilder): void {
    const before = packet.bytesLeft
    this.dataOut.fill(packet)
    if (packet.bytesLeft < before) this.isAnnounced = true
  }

  /** Data in a reply, which is never acknowledged: sent again at once, or where the peer cannot be reached, given up. */
  fillReplyData(packet: PacketBuilder): void {
    const isPeerReachable = this.connection.path.peerAddress !== undefined
    this.dataOut.fill(packet)
    for (const delivery of packet.deliveries) {
      if (isPeerReachable) delivery.onLost()
      else delivery.onAcked()
    }
  }

  /** Puts the current receiveMax and total into a packet even when the peer should know them. */
  addMoneyLimit(packet: PacketBuilder, totalReceived = this.moneyIn.received): boolean {
    const { limit } = this.moneyIn
    return packet.addLimit(
      { type: FrameType.StreamMaxMoney, streamId: this.id, receiveMax: limit.value, totalReceived },
      limit,
    )
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
    const { limit } = this.dataIn.window
    if (!limit.owed || this.#state === 'closed') return true
    return packet.addLimit({ type: FrameType.StreamMaxData, streamId: this.id, maxOffset: limit.value }, limit)
  }

  #fillMoneyBlocked(packet: PacketBuilder): boolean {
    if (!this.moneyOut.owesBlocked) return true
    const { blocked, sendMax, sent } = this.moneyOut
    return packet.addLimit({ type: FrameType.StreamMoneyBlocked, streamId: this.id, sendMax, totalSent: sent }, blocked)
  }

  #fillClose(packet: PacketBuilder): boolean {
    const close = this.#close
    if (close === undefined || !close.owed || this.#end === undefined) return true
    // A reply is never acknowledged, and a paying packet may be rejected for its money: the close goes alone.
    if (packet.payment !== undefined || (packet.kind === 'reply' && this.connection.path.peerAddress !== undefined))
      return true
    const { errorCode, errorMessage } = this.#end
    const frame = {
      type: FrameType.StreamClose,
      streamId: this.id,
      errorCode,
      errorMessage: closeMessage(errorMessage),
    } as const
    if (!packet.fits(frame)) return false
    if (packet.kind === 'reply') {
      // The only way to a peer whose address we do not know. Should it get lost, what it sends next is told again.
      close.announce()
      this.#isCloseAcked = true
      return packet.tryAdd(frame)
    }
    const delivery = close.deliver()
    return packet.tryAdd(frame, {
      onAcked: () => ((this.#isCloseAcked = true), delivery.onAcked()),
      onLost: () => delivery.onLost(),
    })
  }

  /** More would go if the peer took more. */
  isKept(rate: ExchangeRate): boolean {
    if (this.#state !== 'open' && this.#state !== 'closing') return false
    const { unsentBytes, credit } = this.dataOut
    return (unsentBytes > 0 && credit.available() === 0) || this.moneyOut.isKept(rate)
  }

  /** Asks for what keeps it, whether it was asked for before or not. */
  requestLimits(): void {
    this.dataOut.askForLimit()
    if (this.moneyOut.remaining === 0n) return
    this.moneyOut.blocked.raise(this.moneyOut.sendMax)
    this.moneyOut.blocked.owe()
  }

  /** A reply is lost and a larger limit perhaps with it: asks again where one is waited for. */
  askForLimits(): void {
    if (this.#state === 'closed') return
    this.dataOut.askForLimit()
    if (this.moneyOut.isBlocked) this.moneyOut.blocked.owe()
  }
}
