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
  /** To look at again when the fate is known; a stream may be named twice. */
  readonly streamIds: readonly StreamId[]
}

/** Payments given up for lost whose Fulfill would still be counted: all that fast payers have in flight, many times. */
const MAX_OVERDUE = 4096

export const NOTHING_IN_FLIGHT: InFlight = { amount: 0n, packets: 0 }

/** What is in flight, by sequence, and what was given up for lost not long ago. */
export class SentPackets {
  /** By sequence, which only grows; most are answered in the order in which they left. */
  #packets: SentPacket[] | undefined
  /** Made with the first packet that is given up. */
  #overdue: Map<number, SentPacket> | undefined
  #inFlight: InFlight = NOTHING_IN_FLIGHT

  get inFlight(): InFlight {
    return this.#inFlight
  }

  get isEmpty(): boolean {
    return this.#inFlight.packets === 0
  }

  /** Something was given up whose Fulfill would still be counted. */
  get hasOverdue(): boolean {
    return this.#overdue !== undefined && this.#overdue.size > 0
  }

  /** Deadlines never go back, so that the oldest packet is always the first to expire. */
  deadline(wanted: Instant): Instant {
    const last = this.#packets?.at(-1)
    return last === undefined ? wanted : Math.max(last.deadline, wanted)
  }

  add(packet: SentPacket): void {
    if (this.#packets === undefined) this.#packets = [packet]
    else this.#packets.push(packet)
    const { amount, packets } = this.#inFlight
    this.#inFlight = { amount: packet.isProbe ? amount : amount + packet.amount, packets: packets + 1 }
  }

  /** The packet this reply belongs to; a second reply to the same packet finds nothing. */
  take(sequence: number): SentPacket | undefined {
    const all = this.#packets
    if (all === undefined) return undefined
    const place = all[0]!.sequence === sequence ? 0 : placeOf(sequence, all)
    const packet = all[place]
    if (packet?.sequence !== sequence) return undefined
    if (all.length === 1) {
      this.takeAll()
      return packet
    }
    if (place === 0) all.shift()
    else all.splice(place, 1)
    const { amount, packets } = this.#inFlight
    this.#inFlight = { amount: packet.isProbe ? amount : amount - packet.amount, packets: packets - 1 }
    return packet
  }

  /** A payment that was given up for lost. */
  takeOverdue(sequence: number): SentPacket | undefined {
    const packet = this.#overdue?.get(sequence)
    this.#overdue?.delete(sequence)
    return packet
  }

  takeExpired(now: Instant): SentPacket[] {
    const expired: SentPacket[] = []
    for (let packet = this.#packets?.[0]; packet !== undefined && packet.deadline <= now; packet = this.#packets?.[0]) {
      this.take(packet.sequence)
      expired.push(packet)
    }
    return expired
  }

  takeAll(): SentPacket[] {
    const all = this.#packets ?? []
    this.#packets = undefined
    this.#inFlight = NOTHING_IN_FLIGHT
    return all
  }

  keepOverdue(packet: SentPacket): void {
    if (packet.payment === undefined) return
    this.#overdue ??= new Map()
    const [oldest] = this.#overdue.keys()
    if (this.#overdue.size >= MAX_OVERDUE && oldest !== undefined) this.#overdue.delete(oldest)
    this.#overdue.set(packet.sequence, packet)
  }

  get nextDeadline(): Instant | undefined {
    return this.#packets?.[0]!.deadline
  }
}

/** Of the first packet that has this sequence or a higher one. */
function placeOf(sequence: number, packets: readonly SentPacket[]): number {
  let from = 0
  let to = packets.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if (packets[middle]!.sequence < sequence) from = middle + 1
    else to = middle
  }
  return from
}
