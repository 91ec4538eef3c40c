import { FrameType, type StreamId, type StreamPacket } from '@stream/frames'
import type { IlpReply } from '@stream/frames/ilp'
import type { PacketProtection } from '@stream/crypto'
import type { Instant } from '@stream/flow'
import type { ConnectionConfig } from '../config.js'
import { dispatch, findViolation, type FrameParts } from '../frame-dispatch.js'
import type { Lifecycle } from '../lifecycle.js'
import type { Outbox } from '../outbox.js'
import type { Phases } from '../phases.js'
import { LOST, matches, outcomeOf, sendFailure, type Outcome } from './outcome.js'
import type { Payment } from './packet-builder.js'
import { readPacket } from './read-packet.js'
import type { SentPacket, SentPackets } from './sent-packets.js'

export interface ReplyParts extends FrameParts {
  readonly config: ConnectionConfig
  readonly protection: PacketProtection
  readonly lifecycle: Lifecycle
  readonly outbox: Outbox
  readonly sent: SentPackets
}

/** The way of a reply in: outcome → money → frames → path → the peer's own frames. */
export class IncomingReplies {
  constructor(
    private readonly parts: ReplyParts,
    private readonly phases: Phases,
  ) {}

  handle(now: Instant, sequence: number, reply: IlpReply): void {
    const packet = this.parts.sent.take(sequence)
    if (packet === undefined) return this.#bookOverdue(sequence, reply)
    const answer = this.#open(packet, reply)
    this.#settle(now, packet, outcomeOf(packet, reply, answer), answer)
  }

  onSendFailed(now: Instant, sequence: number, cause: unknown): void {
    const packet = this.parts.sent.take(sequence)
    if (packet !== undefined) this.#giveUpOn(now, packet, sendFailure(cause))
  }

  onTimeout(now: Instant): void {
    for (const packet of this.parts.sent.takeExpired(now)) this.#giveUpOn(now, packet, LOST)
  }

  /** The connection ends: what is in flight is released, and still counted should its Fulfill come. */
  giveUp(): void {
    for (const packet of this.parts.sent.takeAll()) {
      this.parts.sent.keepOverdue(packet)
      packet.payment?.hold.onReleased()
    }
  }

  #giveUpOn(now: Instant, packet: SentPacket, outcome: Outcome): void {
    this.parts.sent.keepOverdue(packet)
    this.#settle(now, packet, outcome, undefined)
  }

  /** The peer's STREAM packet, where the reply holds one that answers ours. */
  #open(packet: SentPacket, reply: IlpReply): StreamPacket | undefined {
    const plaintext = this.parts.protection.open(reply.data)
    const answer = plaintext && readPacket(plaintext)
    return answer !== undefined && matches(packet, reply, answer) ? answer : undefined
  }

  /** Money first: whatever else a reply says, what was paid is booked. */
  #settle(now: Instant, packet: SentPacket, outcome: Outcome, answer: StreamPacket | undefined): void {
    const { path, sent, streams } = this.parts
    const { limit } = path.packetAmount
    this.#settleMoney(packet, outcome, answer)
    for (const delivery of packet.deliveries) {
      if (outcome.frames === 'acked') delivery.onAcked()
      else delivery.onLost()
    }
    const end = path.onOutcome(now, packet, outcome, sent.inFlight)
    if (outcome.isAuthentic) this.phases.onAuthenticated(now)
    if (answer !== undefined) this.#applyAnswer(now, packet, answer)
    else streams.askForLimits()
    for (const id of packet.streamIds) {
      const stream = streams.get(id)
      if (stream !== undefined) streams.wake(stream)
    }
    // What may go depends on the rate, the packet amount, and what all that is in flight may deliver.
    if (packet.amount > 0n || limit !== path.packetAmount.limit) streams.wakeStalled()
    if (end !== undefined) this.phases.close(end)
  }

  #settleMoney(packet: SentPacket, outcome: Outcome, answer: StreamPacket | undefined): void {
    const { payment } = packet
    if (payment === undefined) return
    if (outcome.money !== 'fulfilled') return payment.hold.onReleased()
    const delivered = outcome.delivered ?? packet.minimum
    payment.hold.onFulfilled(delivered)
    this.#tellSent(payment, delivered, answer)
  }

  #tellSent({ streamId, amount }: Payment, delivered: bigint, answer: StreamPacket | undefined): void {
    if (this.parts.lifecycle.state === 'closed') return // `closed` was the last event
    const receipt = receiptOf(answer, streamId)
    const event = { type: 'moneySent', streamId, amount, delivered } as const
    this.parts.outbox.event(receipt === undefined ? event : { ...event, receipt })
  }

  /** The money of a packet given up for lost was spent after all. */
  #bookOverdue(sequence: number, reply: IlpReply): void {
    const { sent, path, streams } = this.parts
    const packet = sent.takeOverdue(sequence)
    if (packet?.payment === undefined) return
    const answer = this.#open(packet, reply)
    const outcome = outcomeOf(packet, reply, answer)
    if (outcome.money !== 'fulfilled') return
    const delivered = outcome.delivered ?? packet.minimum
    path.ledger.onSent(packet.amount, packet.minimum)
    path.ledger.onFulfilled(packet.amount, packet.minimum, delivered)
    streams.get(packet.payment.streamId)?.moneyOut.book(packet.amount, delivered)
    const receipt = receiptOf(answer, packet.payment.streamId)
    if (receipt !== undefined) streams.get(packet.payment.streamId)?.moneyOut.onReceipt(receipt)
    this.#tellSent(packet.payment, delivered, answer)
  }

  #applyAnswer(now: Instant, packet: SentPacket, answer: StreamPacket): void {
    const { outbox, streams } = this.parts
    const breach = findViolation(answer, this.parts)
    if (breach !== undefined) return this.phases.closeByViolation(breach)
    const { readable, peerClose } = dispatch(now, answer, this.parts, 'reply')
    // The peer answered later than it told what we knew when the packet left, so less than that is no old news.
    for (const frame of answer.frames) {
      if (frame.type !== FrameType.ConnectionMaxData || frame.maxOffset >= packet.peerMaxData) continue
      streams.onPeerMaxDataFell(frame.maxOffset)
    }
    for (const stream of readable) {
      if (!stream.dataIn.isReadableTold) outbox.event({ type: 'readable', streamId: stream.id })
      stream.dataIn.isReadableTold = true
    }
    if (peerClose !== undefined) this.phases.closeByPeer(peerClose)
  }
}

function receiptOf(answer: StreamPacket | undefined, streamId: StreamId): Uint8Array | undefined {
  if (answer === undefined) return undefined
  for (const frame of answer.frames) {
    if (frame.type === FrameType.StreamReceipt && frame.streamId === streamId) return frame.receipt
  }
  return undefined
}
