import type { Frame, StreamId, StreamPacket } from '@stream/frames'
import { ErrorCode, FrameType, IlpPacketType, MAX_UINT64 } from '@stream/frames'
import type { IlpPrepare, IlpReject, IlpReply } from '@stream/frames/ilp'
import type { Instant } from '@stream/flow'
import type { PacketProtection } from '@stream/crypto'
import type { ConnectionConfig, CreateReceipt } from '../config.js'
import { equalBytes } from '../equal-bytes.js'
import { violation } from '../errors.js'
import type { Dispatched, FrameParts } from '../frame-dispatch.js'
import { dispatch, findViolation } from '../frame-dispatch.js'
import type { PrepareId } from '../io.js'
import { MAX_PACKETS, type Lifecycle } from '../lifecycle.js'
import type { Outbox } from '../outbox.js'
import type { Phases } from '../phases.js'
import { plus } from '../sums.js'
import { allocateShares, sharesIn, type Allocation } from '../streams/allocate-shares.js'
import type { Stream } from '../streams/stream.js'
import { Offers, type Decision } from './offers.js'
import { readPacket } from './read-packet.js'
import { buildReply, raiseLimitsInPassing } from './reply.js'
import { replyAgain } from './recent-replies.js'
import { untouched, type Received } from './received.js'

export interface IncomingParts extends FrameParts {
  readonly config: ConnectionConfig
  readonly protection: PacketProtection
  readonly createReceipt: CreateReceipt | undefined
  readonly lifecycle: Lifecycle
  readonly outbox: Outbox
}

/**
 * The way of a Prepare in: open → decode → type → expiry → seen before? → validate all frames → apply control and
 * data → money: condition, minimum, room → decide → reply → credit. Nothing changes before authentication, and
 * crediting comes last and cannot fail.
 */
export class IncomingPrepares {
  /** Wait until the application has heard of the streams they opened. */
  #waiting: readonly Received[] = NOBODY
  /** Wait for the application's word. */
  #offers: Offers<Received> | undefined
  #decisions: readonly Decision[] = NOBODY

  constructor(
    private readonly parts: IncomingParts,
    private readonly phases: Phases,
  ) {}

  handle(now: Instant, id: PrepareId, prepare: IlpPrepare, opened: Uint8Array | undefined): void {
    const { config, protection, lifecycle, outbox } = this.parts
    const packet = this.#read(prepare.data, opened)
    if (packet === undefined) return outbox.reply(id, reject('F06'))
    if (prepare.expiresAt - now < config.timeouts.margin) return outbox.reply(id, reject('R00'))
    const { sequence } = packet
    const answer = lifecycle.seen.admit(now, sequence, id, prepare)
    if (answer === 'wait') return
    if (answer === 'refuse') return outbox.reply(id, reject('F99'))
    if (answer !== 'new') return outbox.reply(id, replyAgain(answer, prepare.data, protection))
    this.phases.onAuthenticated(now)
    if (lifecycle.isOpen) this.#apply(now, id, prepare, packet)
    else this.#answerWhileClosing(now, untouched(id, prepare, packet))
  }

  #read(envelope: Uint8Array, opened: Uint8Array | undefined): StreamPacket | undefined {
    const plaintext = opened ?? this.parts.protection.open(envelope)
    const packet = plaintext && readPacket(plaintext)
    return packet?.ilpPacketType === IlpPacketType.Prepare ? packet : undefined
  }

  #apply(now: Instant, id: PrepareId, prepare: IlpPrepare, packet: StreamPacket): void {
    const { parts } = this
    const isAtLimit = packet.sequence >= MAX_PACKETS
    const breach = isAtLimit ? undefined : findViolation(packet, parts)
    if (isAtLimit) this.phases.close({ by: 'packetLimit' })
    else if (breach !== undefined) this.phases.closeByViolation(breach)
    if (isAtLimit || breach !== undefined) return this.#reject(untouched(id, prepare, packet))
    const dispatched = dispatch(now, packet, parts, 'prepare')
    for (const stream of dispatched.opened) parts.outbox.opened(stream.id)
    const received: Received = { id, prepare, packet, dispatched, fulfillment: undefined }
    if (dispatched.opened.length > 0) this.#waiting = [...this.#waiting, received]
    else this.#consider(now, received)
    if (dispatched.peerClose !== undefined) this.phases.closeByPeer(dispatched.peerClose)
  }

  /** The connection is over for new things, but the peer is answered. */
  #answerWhileClosing(now: Instant, received: Received): void {
    if (this.parts.lifecycle.isLongOver(now)) this.parts.control.tellCloseAgain()
    const close = received.packet.frames.find((frame) => frame.type === FrameType.ConnectionClose)
    if (close !== undefined) this.phases.closeByPeer(close)
    this.#reject(received)
  }

  // ── money ─────────────────────────────────────────────────────────────────────

  /**
   * Decides the packets whose streams the application knows by now, and those it has given its word on. False: there are
   * none.
   */
  considerWaiting(now: Instant): boolean {
    const waiting = this.#waiting
    const decisions = this.#decisions
    if (waiting === NOBODY && decisions === NOBODY) return false
    this.#waiting = this.#decisions = NOBODY
    for (const received of waiting) this.#consider(now, received)
    for (const decision of decisions) this.#applyDecision(now, decision)
    return true
  }

  #consider(now: Instant, received: Received): void {
    const { prepare, packet } = received
    const { config, lifecycle, outbox } = this.parts
    const isAcceptable = lifecycle.isOpen && this.#isAcceptable(received) && !this.#exceedsTotal(prepare.amount)
    const allocation = isAcceptable ? this.#allocate(received) : undefined
    if (allocation === undefined) return this.#reject(received)
    if (!config.offerMoney || prepare.amount === 0n) return this.#fulfill(now, received, allocation)
    this.#offers ??= new Offers()
    if (this.#offers.isFull || this.#refusal(now, prepare) !== undefined) return this.#reject(received)
    this.#reserve(allocation)
    this.#offers.add({ received, allocation })
    // The bytes have arrived, whatever is decided about the money and however late.
    this.#tellReadable(received.dispatched)
    const amounts = new Map(allocation.map(({ streamId, amount }) => [streamId, amount]))
    outbox.event({ type: 'moneyOffered', id: received.id, sequence: packet.sequence, amounts })
  }

  /** The condition is the one we can fulfil, and the minimum has arrived: also when both are 0 (RFC 0029, 3.4). */
  #isAcceptable(received: Received): boolean {
    const { prepare, packet } = received
    const { protection } = this.parts
    if (prepare.amount < packet.prepareAmount || this.#closedStreams(packet).length > 0) return false
    return equalBytes(protection.condition(this.#fulfillmentOf(received)), prepare.executionCondition)
  }

  /** Computed once: for the condition, and then for the Fulfill. */
  #fulfillmentOf(received: Received): Uint8Array {
    return (received.fulfillment ??= this.parts.protection.fulfillment(received.prepare.data))
  }

  /** All streams together would get more than the connection may, should every offer be accepted. */
  #exceedsTotal(amount: bigint): boolean {
    const { receiveMax } = this.parts.config.limits
    return (
      receiveMax < MAX_UINT64 && this.parts.streams.totalReceived + (this.#offers?.amount ?? 0n) + amount > receiveMax
    )
  }

  /** `undefined`: no stream takes the money, or one would get more than its limit. */
  #allocate({ prepare: { amount }, packet }: Received): Allocation | undefined {
    if (amount === 0n) return NO_MONEY
    return allocateShares(amount, sharesIn(packet.frames), this)
  }

  get openStreams(): readonly StreamId[] {
    return this.parts.streams.openIds
  }

  /** What this stream still takes; one that is ending takes no more. */
  room(id: StreamId): bigint {
    const stream = this.parts.streams.get(id)
    return stream?.isOpen === true ? stream.moneyIn.room : 0n
  }

  #reserve(allocation: Allocation): void {
    for (const { streamId, amount } of allocation) this.parts.streams.get(streamId)?.moneyIn.reserve(amount)
  }

  #release(allocation: Allocation): void {
    for (const { streamId, amount } of allocation) this.parts.streams.get(streamId)?.moneyIn.release(amount)
  }

  /** The application's word on an offer; one that came to nothing meanwhile is not an error. */
  decide(decision: Decision): void {
    if (this.#offers?.has(decision.id) === true) this.#decisions = [...this.#decisions, decision]
  }

  #applyDecision(now: Instant, { id, accept, reason }: Decision): void {
    const offer = this.#offers?.take(id)
    if (offer === undefined) return
    this.#release(offer.allocation)
    const isPlaceable = offer.allocation.every(({ streamId, amount }) => amount <= this.room(streamId))
    if (accept && isPlaceable && this.parts.lifecycle.isOpen) {
      return this.#fulfill(now, offer.received, offer.allocation)
    }
    const stream = accept || !reason?.length ? undefined : this.parts.streams.get(offer.allocation[0]!.streamId)
    if (stream?.isOpen === true) stream.dataOut.write(reason!)
    this.#reject(offer.received, stream)
  }

  /** Offers nobody decided in time are declined while the reject can still arrive. */
  onTimeout(now: Instant): void {
    const { margin } = this.parts.config.timeouts
    for (const { received, allocation } of this.#offers?.takeExpired(now + margin) ?? NOBODY) {
      this.#release(allocation)
      this.#answer(received, reject('R00'))
    }
    this.parts.lifecycle.forgetReplies(now)
  }

  /** When the next offer must be declined. */
  get deadline(): Instant | undefined {
    const until = this.#offers?.until
    // A hair later than the margin, so that the timer finds it gone.
    return until === undefined ? undefined : until - this.parts.config.timeouts.margin + 1
  }

  /** The application has not decided yet, or its word has not been carried out. */
  get isAsking(): boolean {
    return this.#waiting !== NOBODY || this.#decisions !== NOBODY || this.#offers?.until !== undefined
  }

  /** The connection is over: whoever still waits is declined. */
  declineAll(): void {
    const waiting = this.#waiting
    const offers = this.#offers?.takeAll() ?? NOBODY
    this.#waiting = NOBODY
    for (const received of waiting) this.#reject(received)
    for (const { received, allocation } of offers) {
      this.#release(allocation)
      this.#reject(received)
    }
  }

  // ── answers ───────────────────────────────────────────────────────────────────

  #fulfill(now: Instant, received: Received, allocation: Allocation): void {
    const { id, prepare, packet, dispatched } = received
    const { streams, outbox } = this.parts
    const refusal = this.#refusal(now, prepare)
    if (refusal !== undefined) return this.#refuse(received, refusal)
    raiseLimitsInPassing(now, packet, this.parts)
    const data = buildReply(this.parts, packet, IlpPacketType.Fulfill, prepare.amount, dispatched.touched, allocation)
    const reply: IlpReply = { type: 'fulfill', fulfillment: this.#fulfillmentOf(received), data }
    // From here on nothing can fail.
    this.#answer(received, reply)
    for (const { streamId, amount } of allocation) {
      const stream = streams.get(streamId)
      if (stream === undefined) continue
      stream.moneyIn.credit(amount)
      outbox.event({ type: 'moneyReceived', streamId, amount, total: stream.moneyIn.received, id })
    }
    streams.totalReceived = plus(streams.totalReceived, prepare.amount)
    this.#tellReadable(dispatched)
  }

  /** What a decision can come too late for: a Fulfill in time, a packet to seal it in, and room in the total. */
  #refusal(now: Instant, { expiresAt, amount }: IlpPrepare): IlpReject | undefined {
    if (expiresAt - now < this.parts.config.timeouts.margin) return reject('R00')
    if (this.parts.lifecycle.atPacketLimit) return reject('F99')
    return this.parts.streams.totalReceived + amount > MAX_UINT64 ? OVERFLOW : undefined
  }

  #refuse(received: Received, refusal: IlpReject): void {
    this.#answer(received, refusal)
    this.#tellReadable(received.dispatched)
    if (refusal !== OVERFLOW) return
    this.phases.closeByViolation(violation(ErrorCode.InternalError, refusal.message))
  }

  /** @param explained the stream that tells why, in the reject already */
  #reject(received: Received, explained?: Stream): void {
    const { prepare, packet, dispatched } = received
    if (this.parts.lifecycle.atPacketLimit) return this.#answer(received, reject('F99')) // the last one is the close's
    const closed = this.#closedStreams(packet)
    const extra = closed.map((streamId): Frame => {
      const errorMessage = 'Stream is already closed'
      return { type: FrameType.StreamClose, streamId, errorCode: ErrorCode.StreamStateError, errorMessage }
    })
    const { touched } = dispatched
    const data = buildReply(
      this.parts,
      packet,
      IlpPacketType.Reject,
      prepare.amount,
      touched,
      NO_MONEY,
      extra,
      explained,
    )
    this.#answer(received, { ...reject('F99'), data })
    this.#tellReadable(dispatched)
  }

  #answer({ id, packet }: Received, reply: IlpReply): void {
    this.parts.outbox.reply(id, reply)
    for (const other of this.parts.lifecycle.seen.settle(packet.sequence, reply)) this.parts.outbox.reply(other, reply)
  }

  /** Once for each packet. */
  #tellReadable(dispatched: Dispatched): void {
    const { readable } = dispatched
    dispatched.readable = NO_STREAMS
    for (const stream of readable) {
      if (stream.dataIn.isReadableTold) continue
      stream.dataIn.isReadableTold = true
      this.parts.outbox.event({ type: 'readable', streamId: stream.id })
    }
  }

  #closedStreams({ frames }: StreamPacket): readonly StreamId[] {
    let ids: Set<StreamId> | undefined
    for (const frame of frames) {
      const carries = frame.type === FrameType.StreamMoney || frame.type === FrameType.StreamData
      if (!carries || this.parts.streams.classify(frame.streamId) !== 'closed') continue
      ids ??= new Set()
      ids.add(frame.streamId)
    }
    return ids === undefined ? NO_STREAMS : [...ids]
  }
}

const NOBODY: readonly never[] = []
const NO_STREAMS: readonly never[] = []
const NO_MONEY: Allocation = []

const OVERFLOW: IlpReject = { ...reject('F00'), message: 'Total received exceeded MaxUint64' }

/** The answer of someone who may not even hold the key: no text, no data, nothing to tell connections apart by. */
function reject(code: string): IlpReject {
  return { type: 'reject', code, triggeredBy: '', message: '', data: new Uint8Array(0) }
}
