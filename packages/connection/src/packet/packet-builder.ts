import type { Frame, StreamId } from '@stream/frames'
import { frameSize, FrameType, MAX_PLAINTEXT_BYTES } from '@stream/frames'
import type { Delivery, LimitSync } from '@stream/flow'

/** Version, type, sequence, amount and number of frames at their largest (RFC 0029, 5.2). */
export const HEADER_BYTES = 2 + 9 + 9 + 5

const NONE: readonly never[] = []

/** The fate of money put in a packet: exactly one of the two is called. */
export interface MoneyHold {
  /** `delivered` in the peer's units. */
  onFulfilled(delivered: bigint): void
  onReleased(): void
}

export interface Payment {
  readonly streamId: StreamId
  /** Source units. */
  readonly amount: bigint
  /** Least that must arrive, in the peer's units. */
  readonly minimum: bigint
  readonly hold: MoneyHold
}

/**
 * Collects the frames of one packet within its byte budget, and who must hear of their fate.
 * A reply is never acknowledged: it announces limits and carries no deliveries and no money.
 */
export class PacketBuilder {
  // Most packets have one frame and no delivery: a list made with its first element has no room to spare.
  #frames: Frame[] | undefined
  #deliveries: Delivery[] | undefined
  #streamIds: StreamId[] | undefined
  #payment: Payment | undefined
  #bytesLeft = MAX_PLAINTEXT_BYTES - HEADER_BYTES

  /** @param probe source units of a test packet, which nobody can fulfil */
  constructor(
    readonly kind: 'prepare' | 'reply',
    readonly probe?: bigint,
  ) {}

  get frames(): readonly Frame[] {
    return this.#frames ?? NONE
  }

  get deliveries(): readonly Delivery[] {
    return this.#deliveries ?? NONE
  }

  /** Streams to look at again when the fate of the packet is known; one may be named twice. */
  get streamIds(): readonly StreamId[] {
    return this.#streamIds ?? NONE
  }

  get bytesLeft(): number {
    return this.#bytesLeft
  }

  get payment(): Payment | undefined {
    return this.#payment
  }

  get isEmpty(): boolean {
    return this.#frames === undefined
  }

  fits(frame: Frame): boolean {
    return frameSize(frame) <= this.#bytesLeft
  }

  /** False: it does not fit. */
  tryAdd(frame: Frame, delivery?: Delivery): boolean {
    const size = frameSize(frame)
    if (size > this.#bytesLeft) return false
    this.#bytesLeft -= size
    if (this.#frames === undefined) this.#frames = [frame]
    else this.#frames.push(frame)
    if (delivery !== undefined) this.#addDelivery(delivery)
    if ('streamId' in frame) this.#addStreamId(frame.streamId)
    return true
  }

  #addStreamId(streamId: StreamId): void {
    if (this.#streamIds === undefined) this.#streamIds = [streamId]
    else if (this.#streamIds.at(-1) !== streamId) this.#streamIds.push(streamId)
  }

  /** Adds the frame that tells the peer a growing value. False: it does not fit. */
  addLimit(frame: Frame, limit: LimitSync<number> | LimitSync<bigint>): boolean {
    if (!this.tryAdd(frame)) return false
    if (this.kind === 'reply') limit.announce()
    else this.#addDelivery(limit.deliver())
    return true
  }

  #addDelivery(delivery: Delivery): void {
    if (this.#deliveries === undefined) this.#deliveries = [delivery]
    else this.#deliveries.push(delivery)
  }

  /**
   * One payment for each packet: its whole amount belongs to one stream, so no share is lost to rounding. What the
   * connection owes leaves room for it, so it goes before what streams owe.
   */
  addMoney(payment: Payment): void {
    const { streamId, amount } = payment
    this.tryAdd({ type: FrameType.StreamMoney, streamId, shares: amount })
    this.#payment = payment
  }
}
