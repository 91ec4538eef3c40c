import type { Delivery, InFlight, Instant } from '@stream/flow'
import type { IlpAddress, StreamId } from '@stream/frames'
import type { Sent } from './outcome.js'
import type { Payment } from './packet-builder.js'

export interface SentPacket extends Sent {
  readonly sentAt: Instant
  readonly destination: IlpAddress
  /** No reply is expected after it. */
  readonly deadline: Instant
  readonly deliveries: readonly Delivery[]
  readonly payment: Payment | undefined
  readonly isProbe: boolean
  /** What the peer let us send on all streams together when the packet left, in bytes. */
  readonly peerMaxData: number
  /** To look at again when the fate is known. */
  readonly streamIds: ReadonlySet<StreamId>
}

/** Payments given up for lost whose Fulfill would still be counted: all that fast payers have in flight, many times. */
const MAX_OVERDUE = 4096

/** What is in flight, by sequence, and what was given up for lost not long ago. */
export class SentPackets {
  readonly #packets = new Map<number, SentPacket>()
  readonly #overdue = new Map<number, SentPacket>()
  #amount = 0n
  #lastDeadline: Instant = 0

  get inFlight(): InFlight {
    return { amount: this.#amount, packets: this.#packets.size }
  }

  get isEmpty(): boolean {
    return this.#packets.size === 0
  }

  /** Deadlines never go back, so that the oldest packet is always the first to expire. */
  deadline(wanted: Instant): Instant {
    this.#lastDeadline = Math.max(this.#lastDeadline, wanted)
    return this.#lastDeadline
  }

  add(packet: SentPacket): void {
    this.#packets.set(packet.sequence, packet)
    if (!packet.isProbe) this.#amount += packet.amount
  }

  /** The packet this reply belongs to; a second reply to the same packet finds nothing. */
  take(sequence: number): SentPacket | undefined {
    const packet = this.#packets.get(sequence)
    if (packet === undefined) return undefined
    this.#packets.delete(sequence)
    if (!packet.isProbe) this.#amount -= packet.amount
    return packet
  }

  /** A payment that was given up for lost. */
  takeOverdue(sequence: number): SentPacket | undefined {
    const packet = this.#overdue.get(sequence)
    this.#overdue.delete(sequence)
    return packet
  }

  takeExpired(now: Instant): SentPacket[] {
    const expired: SentPacket[] = []
    for (const packet of this.#packets.values()) {
      if (packet.deadline > now) break
      expired.push(packet)
    }
    for (const { sequence } of expired) this.take(sequence)
    return expired
  }

  takeAll(): SentPacket[] {
    const all = [...this.#packets.values()]
    this.#packets.clear()
    this.#amount = 0n
    return all
  }

  keepOverdue(packet: SentPacket): void {
    if (packet.payment === undefined) return
    const [oldest] = this.#overdue.keys()
    if (this.#overdue.size >= MAX_OVERDUE && oldest !== undefined) this.#overdue.delete(oldest)
    this.#overdue.set(packet.sequence, packet)
  }

  get nextDeadline(): Instant | undefined {
    const [first] = this.#packets.values()
    return first?.deadline
  }
}
