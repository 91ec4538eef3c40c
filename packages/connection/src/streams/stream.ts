import type { IlpAddress, StreamId } from '@stream/frames'
import { ErrorCode as Code, FrameType } from '@stream/frames'
import type { Instant, SendCredit } from '@stream/flow'
import { ASSUMED, type ConnectionConfig } from '../config.js'
import type { Violation } from '../errors.js'
import { violation } from '../errors.js'
import type { PacketBuilder } from '../packet/packet-builder.js'
import type { ExchangeRate } from '../path/exchange-rate.js'
import type { StreamStats } from '../stats.js'
import { DataReceiver } from './data-receiver.js'
import { DataSender } from './data-sender.js'
import { MoneyReceiver } from './money-receiver.js'
import { MoneySender } from './money-sender.js'
import { streamReceiveWindow, type StreamWindowLimits } from './receive-windows.js'
import { StreamEnding, type Linger } from './stream-ending.js'
import type { Waiting } from './turns.js'

/** The part of the configuration that is about one stream. */
export type StreamConfig = Pick<ConnectionConfig, 'mode' | 'isReachable'> & {
  readonly limits: Pick<ConnectionConfig['limits'], 'receiveMaxTolerance'> & StreamWindowLimits
}

/** What a stream sees of its connection. */
export interface StreamSurroundings {
  readonly config: StreamConfig
  readonly credit: SendCredit
  /** With a peer address the peer can hear from us otherwise than in a reply. */
  readonly path: { readonly peerAddress: IlpAddress | undefined }
}

/**
 * open → closing (we close: flush, then StreamClose) or peerClosed (settle what is in flight) → closed.
 * There are no half-open streams: the RFC allows either (4.4.5), the other implementations have none.
 */
type StreamState = 'open' | 'closing' | 'peerClosed' | 'closed'

/**
 * One stream: its outgoing and incoming money, its outgoing and incoming bytes, its opening and its end. Most streams
 * carry money or data, one way: what is for the rest is made when it is first used.
 */
export class Stream implements Waiting {
  inTurns = 0
  #moneyOut: MoneySender | undefined
  #moneyIn: MoneyReceiver | undefined
  /** Bytes that the peer lets us send, until there are some. */
  #peerMaxData: number = ASSUMED.streamWindow
  #dataOut: DataSender | undefined
  #dataIn: DataReceiver | undefined
  /** The peer may know of this stream: a packet with it has left. */
  isAnnounced: boolean
  /** The frame that does nothing but open the stream. Its close must not overtake it. */
  #opening: 'none' | 'inFlight' | 'lost' | 'acked' = 'none'
  /** What is left of sendMax, or of the peer's receiveMax, is too little to deliver anything at the minimum rate. */
  isRestUndeliverable = false
  /** A write was short. */
  wantsWritable = false
  #state: StreamState = 'open'
  #ending: StreamEnding | undefined

  constructor(
    readonly id: StreamId,
    isLocal: boolean,
    private readonly connection: StreamSurroundings,
  ) {
    this.isAnnounced = !isLocal
    const { mode, isReachable, limits } = connection.config
    this.#dataIn = new DataReceiver(streamReceiveWindow(limits, false))
    // Without an address, what little can come is in replies to what we sent: why our money is refused.
    if (mode === 'send' && isReachable) this.#dataIn.discard()
  }

  get moneyOut(): MoneySender {
    return (this.#moneyOut ??= new MoneySender())
  }
  get moneyIn(): MoneyReceiver {
    return (this.#moneyIn ??= new MoneyReceiver(this.connection.config.limits.receiveMaxTolerance))
  }
  get dataOut(): DataSender {
    return (this.#dataOut ??= new DataSender(this.id, this.#peerMaxData, this.connection))
  }
  get dataIn(): DataReceiver {
    // The first is made with the stream.
    return (this.#dataIn ??= new DataReceiver(streamReceiveWindow(this.connection.config.limits, true)))
  }

  /** Money waits to be sent. */
  get hasMoney(): boolean {
    return this.#moneyOut?.hasRemaining === true
  }
  /** Money is under way. */
  get holdsMoney(): boolean {
    return this.#moneyOut?.holdsMoney === true
  }
  get hasData(): boolean {
    return this.#dataOut?.hasData === true
  }
  get unsentBytes(): number {
    return this.#dataOut?.unsentBytes ?? 0
  }
  /** Each counted once. */
  get sentBytes(): number {
    return this.#dataOut?.credit.used ?? 0
  }
  get readableBytes(): number {
    return this.#dataIn?.readableBytes ?? 0
  }

  /** Of a part that is not there: as it would begin, which leaves nothing behind. */
  stats(): StreamStats {
    const { sendMax, sent, held, delivered, peerReceiveMax, receipt } = this.#moneyOut ?? new MoneySender()
    const moneyIn = this.#moneyIn ?? new MoneyReceiver(this.connection.config.limits.receiveMaxTolerance)
    return {
      streamId: this.id,
      isOpen: this.isOpen,
      isFlushed: this.isFlushed,
      sendMax,
      sent,
      held,
      delivered,
      peerReceiveMax,
      receiveMax: moneyIn.receiveMax,
      received: moneyIn.received,
      receiptTotal: moneyIn.receiptTotal(),
      unsentBytes: this.unsentBytes,
      unackedBytes: this.#dataOut?.unackedBytes ?? 0,
      readableBytes: this.readableBytes,
      receipt,
    }
  }

  /** Nothing is under way: what says no more than that nothing has come goes until something does. */
  rest(): void {
    if (this.#dataIn?.isUntouched === true) this.#dataIn = undefined
  }

  get state(): StreamState {
    return this.#state
  }
  get isOpen(): boolean {
    return this.#state === 'open'
  }
  /** How it ended, or will when it is flushed. */
  get end(): Violation | undefined {
    return this.#ending?.end
  }

  /** No more is coming for now. False: that was known. */
  flush(): boolean {
    if (this.#dataOut?.isMoreComing !== true) return false
    this.#dataOut.isMoreComing = false
    return true
  }

  // ── the end ───────────────────────────────────────────────────────────────────

  /** Flush and close, or with an error: give up what was never sent, then close. */
  requestClose(end: Violation): void {
    const isCutShort =
      this.#state === 'closing' && this.end?.errorCode === Code.NoError && this.#ending?.isBegun === false
    if (this.#state !== 'open' && !isCutShort) return
    this.#state = 'closing'
    this.#ending = new StreamEnding(end)
    this.flush()
    if (end.errorCode === Code.NoError) return
    this.#moneyOut?.discardUnsent()
    this.#dataOut?.discardUnsent()
  }

  onPeerClose(end: Violation, linger: Linger): void {
    const ending = new StreamEnding(end, linger)
    const isKnown = this.#state === 'peerClosed' && (ending.isTentative || !this.#ending?.isTentative)
    if (isKnown || this.#state === 'closed') return
    this.#state = 'peerClosed'
    this.#ending = ending
    this.#moneyOut?.discardUnsent()
    this.#dataOut?.discard()
  }

  /** Everything the stream wanted to send has arrived, or cannot be sent: StreamClose overtakes nothing. */
  get isFlushed(): boolean {
    if (this.holdsMoney || this.#dataOut?.isAcked === false) return false
    return !this.hasMoney || this.moneyOut.isBlocked || this.isRestUndeliverable
  }

  /** The peer's close overtook bytes that may still come. */
  get lingerUntil(): Instant | undefined {
    return this.#state === 'peerClosed' ? this.#ending?.lingersUntil(this.#dataIn?.hasGap === true) : undefined
  }

  /** Moves on towards `closed`; true when it has just arrived there. */
  advance(now: Instant): boolean {
    if (this.#ending === undefined) return false
    if (this.#state === 'closing') return this.#advanceClosing(this.#ending)
    if (this.#state === 'peerClosed') return this.#advancePeerClosed(now, this.#ending.end)
    return false
  }

  #advanceClosing(ending: StreamEnding): boolean {
    const isOpeningSettled = this.#opening === 'none' || this.#opening === 'acked'
    if (!this.isFlushed || !isOpeningSettled) return false
    if (!this.isAnnounced) return this.#finish() // the peer never heard of it and need not
    ending.begin()
    return ending.isTold && this.#finish()
  }

  #advancePeerClosed(now: Instant, end: Violation): boolean {
    if (this.holdsMoney || now < (this.lingerUntil ?? now)) return false
    const lacksBytes = this.#dataIn?.hasGap === true && end.errorCode === Code.NoError
    const error = 'The stream was closed before all of its data arrived'
    if (lacksBytes) this.#ending = new StreamEnding(violation(Code.InternalError, error))
    return this.#finish()
  }

  #finish(): boolean {
    this.#state = 'closed'
    this.wantsWritable = false
    this.#dataOut?.discard()
    return true
  }

  // ── frames out ────────────────────────────────────────────────────────────────

  /** Something other than money could go into a packet now. */
  get hasFrames(): boolean {
    return (
      this.#owesReceiveMax() ||
      this.#moneyOut?.owesBlocked === true ||
      this.#ending?.isOwed === true ||
      this.#opening === 'lost' ||
      (this.isAnnounced && this.#owesMaxData()) ||
      this.#dataOut?.hasFrames === true
    )
  }

  #owesReceiveMax(): boolean {
    return this.#moneyIn?.limit.owed === true
  }
  #owesMaxData(): boolean {
    return this.#dataIn?.window.limit.owed === true
  }

  /** Limits and the close. False: the packet is full. */
  fillFacts(packet: PacketBuilder): boolean {
    if (!this.isAnnounced || this.#opening === 'lost') {
      // Facts in a reply open nothing, and what opens a stream is data, which money never shares a packet with.
      if (packet.kind === 'reply' || packet.payment !== undefined) return true
      // Its first bytes follow in this packet, or else it is opened by an empty StreamData (RFC 0029, 4.4.1).
      const opensWithData = !this.isAnnounced && this.hasData
      if (!opensWithData && !this.#announce(packet)) return false
    }
    // What asks for something stays owed until a Prepare takes it: whether a reply arrives, nobody tells.
    const mayAsk = packet.kind === 'prepare'
    return (
      this.#fillReceiveMax(packet) &&
      this.#fillMaxData(packet) &&
      (!mayAsk || (this.#fillMoneyBlocked(packet) && this.#dataOut?.fillBlocked(packet) !== false)) &&
      this.#fillClose(packet)
    )
  }

  fillData(packet: PacketBuilder): void {
    const before = packet.bytesLeft
    this.#dataOut?.fill(packet)
    if (packet.bytesLeft < before) this.isAnnounced = true
  }

  /** Data in a reply, which is never acknowledged: sent again at once, or where the peer cannot be reached, given up. */
  fillReplyData(packet: PacketBuilder): void {
    this.dataOut.fill(packet)
    for (const delivery of packet.deliveries) {
      if (this.#isPeerReachable()) delivery.onLost()
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
    return !this.#owesReceiveMax() || this.addMoneyLimit(packet)
  }

  #fillMaxData(packet: PacketBuilder): boolean {
    if (!this.#owesMaxData() || this.#state === 'closed') return true
    const { limit } = this.dataIn.window
    return packet.addLimit({ type: FrameType.StreamMaxData, streamId: this.id, maxOffset: limit.value }, limit)
  }

  #fillMoneyBlocked(packet: PacketBuilder): boolean {
    if (this.#moneyOut?.owesBlocked !== true) return true
    const { blocked, sendMax, sent } = this.#moneyOut
    return packet.addLimit({ type: FrameType.StreamMoneyBlocked, streamId: this.id, sendMax, totalSent: sent }, blocked)
  }

  #fillClose(packet: PacketBuilder): boolean {
    return this.#ending === undefined || this.#ending.fill(packet, this.id, this.#isPeerReachable())
  }

  /** The peer lets us send more bytes. */
  get hasCredit(): boolean {
    return this.#dataOut === undefined || this.#dataOut.credit.available() > 0
  }

  /** True: that ends a wait. */
  onPeerMaxData(maxOffset: number): boolean {
    if (this.#dataOut !== undefined) return this.#dataOut.credit.raise(maxOffset)
    this.#peerMaxData = Math.max(this.#peerMaxData, maxOffset)
    return false
  }

  #isPeerReachable(): boolean {
    return this.connection.path.peerAddress !== undefined
  }

  /** More would go if the peer took more. */
  isKept(rate: ExchangeRate): boolean {
    if (this.#state !== 'open' && this.#state !== 'closing') return false
    return (this.unsentBytes > 0 && !this.hasCredit) || this.#moneyOut?.isKept(rate) === true
  }

  /** Asks for what keeps it, whether it was asked for before or not. */
  requestLimits(): void {
    this.#dataOut?.askForLimit()
    if (!this.hasMoney) return
    this.moneyOut.blocked.raise(this.moneyOut.sendMax)
    this.moneyOut.blocked.owe()
  }

  /** A reply is lost and a larger limit perhaps with it: asks again where one is waited for. */
  askForLimits(): void {
    if (this.#state === 'closed') return
    this.#dataOut?.askForLimit()
    if (this.#moneyOut?.isBlocked === true) this.#moneyOut.blocked.owe()
  }
}
