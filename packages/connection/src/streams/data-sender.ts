import type { StreamId } from '@stream/frames'
import { FrameType } from '@stream/frames'
import { LimitSync, SendCredit } from '@stream/flow'
import type { PacketBuilder } from '../packet/packet-builder.js'
import { FRAME_OVERHEAD, FULL } from './full-packet.js'
import type { Segment } from './send-buffer.js'
import { SendBuffer } from './send-buffer.js'

/** Below this a piece of data waits for the next packet: its overhead would outweigh it. */
const SMALLEST_PIECE = 64

/** The outgoing bytes of one stream. Every position and size is in bytes. */
export class DataSender {
  #buffer: SendBuffer | undefined
  #ackedBytes = 0
  #blocked: LimitSync<number> | undefined
  /** What does not fill a packet waits: it will be sent with what comes. */
  isMoreComing = false
  /** The peer's limit at which it was last told that we want to send more. */
  #blockedAt = 0
  /** What the peer lets us send on this stream. */
  readonly credit: SendCredit

  constructor(
    private readonly streamId: StreamId,
    limit: number,
    /** Where the credit for all streams together is found. */
    private readonly connection: { readonly credit: SendCredit },
  ) {
    this.credit = new SendCredit(limit)
  }

  get unsentBytes(): number {
    return this.#buffer?.unsentBytes ?? 0
  }
  get unackedBytes(): number {
    return this.#buffer === undefined ? 0 : this.#buffer.writtenOffset - this.#ackedBytes
  }
  /** Everything written has arrived. */
  get isAcked(): boolean {
    return this.#buffer?.isAcked ?? true
  }

  write(data: Uint8Array): void {
    this.#buffer ??= new SendBuffer()
    this.#buffer.write(data)
  }

  /** Gives up what was never sent; what is in flight still has to arrive. */
  discardUnsent(): void {
    this.#buffer?.discardUnsent()
  }

  /** Nobody is there to receive any more. */
  discard(): void {
    this.#buffer?.discard()
    this.#buffer = undefined
    this.#ackedBytes = 0
  }

  /** Something could go into a packet now: lost bytes, new ones that the peer has room for, or that it has none. */
  get hasFrames(): boolean {
    return (this.#blocked !== undefined && this.#blocked.owed) || this.hasData
  }

  get hasData(): boolean {
    if (this.#buffer === undefined) return false
    if (this.#buffer.hasLost) return true
    const hasUnsent = this.#buffer.unsentBytes > 0 && !this.#isWaitingForMore(this.#buffer)
    return hasUnsent && this.credit.available() > 0 && this.connection.credit.available() > 0
  }

  #isWaitingForMore(buffer: SendBuffer): boolean {
    return this.isMoreComing && buffer.unsentBytes < FULL
  }

  /** Tells the peer that its limit keeps us (RFC 0029, 5.3.13). False: the packet is full. */
  fillBlocked(packet: PacketBuilder): boolean {
    if (this.#blocked?.owed !== true) return true
    const frame = {
      type: FrameType.StreamDataBlocked,
      streamId: this.streamId,
      maxOffset: this.#blocked.value,
    } as const
    return packet.addLimit(frame, this.#blocked)
  }

  /** Bytes: lost ones first and exactly as they were (RFC 0029, 5.3.11). Spends both credits. */
  fill(packet: PacketBuilder): void {
    const buffer = this.#buffer
    if (buffer === undefined) return
    // Asked once: what is cut for this packet leaves, and what is left of the rest may go with it.
    const takesNew = !this.#isWaitingForMore(buffer)
    for (;;) {
      const isResent = buffer.hasLost
      const room = packet.bytesLeft - FRAME_OVERHEAD
      if (room <= 0) return
      const segment = isResent ? buffer.nextLost(room) : takesNew ? this.#cut(buffer, room) : undefined
      if (segment === undefined) return
      this.#add(packet, buffer, segment)
      if (isResent) continue
      this.credit.consume(segment.data.length)
      this.connection.credit.consume(segment.data.length)
    }
  }

  #cut(buffer: SendBuffer, room: number): Segment | undefined {
    if (buffer.unsentBytes === 0) return undefined
    const credit = Math.min(this.credit.available(), this.connection.credit.available())
    if (credit === 0) {
      if (this.credit.available() === 0) this.#tellBlocked(buffer.writtenOffset)
      return undefined
    }
    if (room < SMALLEST_PIECE && buffer.unsentBytes > room) return undefined
    return buffer.next(Math.min(room, credit))
  }

  #add(packet: PacketBuilder, buffer: SendBuffer, segment: Segment): void {
    const fate = {
      onAcked: () => {
        if (buffer === this.#buffer) this.#ackedBytes += segment.data.length
        buffer.onAcked(segment)
      },
      onLost: () => buffer.onLost(segment),
    }
    const { offset, data } = segment
    packet.tryAdd({ type: FrameType.StreamData, streamId: this.streamId, offset, data }, fate)
  }

  #tellBlocked(wanted: number): void {
    this.#blocked ??= new LimitSync<number>(0)
    this.#blocked.raise(wanted)
    if (this.credit.limit > this.#blockedAt) this.#blocked.owe()
    this.#blockedAt = this.credit.limit
  }

  /** A reply is lost and a larger limit perhaps with it: asks again where one is waited for. */
  askForLimit(): void {
    if (this.unsentBytes === 0 || this.credit.available() > 0) return
    this.#blocked ??= new LimitSync<number>(0)
    this.#blocked.owe()
  }
}
