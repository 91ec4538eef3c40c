import type { PacketProtection } from '@stream/crypto'
import type { Duration } from '@stream/flow'
import {
  encodePacket,
  IlpPacketType,
  MAX_PLAINTEXT_BYTES,
  packetSize,
  type Frame,
  type StreamPacket,
} from '@stream/frames'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import type { SendPrepare } from '../connection-driver.js'
import type { Random } from '../random.js'
import type { Scheduler } from '../scheduler.js'
import type { FaultCounts } from './fault.js'
import { hostileFrame } from './hostile-frames.js'

/** How an end behaves that holds the keys and keeps to nothing. */
export interface HostilityPlan {
  /** Prepares of its own making, per connection. */
  readonly packets: number
  /** Milliseconds between two of them, on average. */
  readonly pause: Duration
  /** Probability per frame that it breaks the protocol, which ends the connection if the other end is in its senses. */
  readonly nastiness: number
  /** What it sends, in order, in place of what comes to its mind. */
  readonly script?: readonly { readonly amount: bigint; readonly frames: readonly Frame[] }[]
}

export interface HostilePeerOptions {
  readonly plan: HostilityPlan
  readonly random: Random
  readonly counts: FaultCounts
  readonly protection: PacketProtection
  readonly scheduler: Scheduler
  readonly send: SendPrepare
  /** Where the other end is; `undefined` until it has told. */
  readonly victim: () => string | undefined
  readonly localAddress: string
  /** Whose streams are the odd ones. */
  readonly isClient: boolean
}

/** Sends whatever comes to its mind and answers as it likes, in packets that open with the right keys. */
export class HostilePeer {
  readonly #options: HostilePeerOptions
  #sequence = 0
  #left: number
  readonly #streamIds: number[]

  constructor(options: HostilePeerOptions) {
    this.#options = options
    this.#left = options.plan.packets
    this.#streamIds = Array.from({ length: 10 }, (_, i) => 2 * i + (options.isClient ? 1 : 2))
  }

  start(): void {
    const { scheduler, random, plan } = this.#options
    if (this.#left-- <= 0) return
    scheduler.after(random.between(0, 2 * plan.pause), () => {
      const step = plan.script?.[this.#sequence]
      if (plan.script === undefined) this.#sendSomething()
      else if (step !== undefined) this.#send(++this.#sequence, step.amount, [...step.frames])
      this.start()
    })
  }

  /** What arrives is answered with a lie, the truth, or not at all. */
  receive(prepare: IlpPrepare, answer: (reply: IlpReply) => void, { sequence, frames }: StreamPacket): void {
    const { random, counts, protection, scheduler } = this.#options
    for (const frame of frames) {
      if ('streamId' in frame && !this.#streamIds.includes(frame.streamId)) this.#streamIds.push(frame.streamId)
    }
    const roll = random.integer(20)
    if (roll === 0) return counts.count('peer is silent')
    const isFulfilled = roll < 14
    const type = random.chance(0.03) ? 12 : isFulfilled ? IlpPacketType.Fulfill : IlpPacketType.Reject
    const told = random.chance(0.03) ? sequence + random.integer(5) - 2 : sequence
    const data = random.chance(0.03)
      ? random.bytes(random.integer(100))
      : this.#seal(type, Math.max(0, told), this.#delivered(prepare.amount), this.#frames())
    const reply: IlpReply = isFulfilled
      ? { type: 'fulfill', fulfillment: protection.fulfillment(prepare.data), data }
      : { type: 'reject', code: 'F99', triggeredBy: '', message: '', data }
    const wait = random.chance(0.05) ? random.between(0, 40_000) : 0
    if (wait === 0) answer(reply)
    else scheduler.after(wait, () => answer(reply))
  }

  #delivered(amount: bigint): bigint {
    const { random, counts } = this.#options
    if (!random.chance(0.05)) return amount
    counts.count('peer lies about the amount')
    const lies = [0n, 1n, amount * 2n, (1n << 64n) - 1n, amount - 1n, amount / 2n]
    const lie = lies[random.integer(lies.length)] ?? 0n
    return lie < 0n ? 0n : lie
  }

  #send(sequence: number, amount: bigint, frames: Frame[]): void {
    const { protection, scheduler, send, victim } = this.#options
    const destination = victim()
    if (destination === undefined) return
    const data = this.#seal(IlpPacketType.Prepare, sequence, 0n, frames)
    const executionCondition = protection.condition(protection.fulfillment(data))
    send({ amount, destination, executionCondition, expiresAt: scheduler.now + 30_000, data }, () => {})
  }

  #sendSomething(): void {
    const { random, counts, protection, send, victim, scheduler } = this.#options
    const destination = victim()
    if (destination === undefined) return
    const amount = random.chance(0.4) ? BigInt(random.integer(5_000)) : 0n
    const minimum = random.chance(0.9) ? 0n : BigInt(random.integer(10_000))
    const type = random.chance(0.02) ? 13 : IlpPacketType.Prepare
    const data = this.#seal(type, this.#nextSequence(), minimum, this.#frames())
    const isFulfillable = random.chance(0.9)
    const executionCondition = isFulfillable
      ? protection.condition(protection.fulfillment(data))
      : protection.unfulfillableCondition()
    const expiresAt = scheduler.now + (random.chance(0.05) ? random.between(0, 1_500) : 30_000)
    counts.count('hostile packet')
    send({ amount, destination, executionCondition, expiresAt, data }, () => {})
  }

  #nextSequence(): number {
    const { random, counts, plan } = this.#options
    if (random.chance(0.03)) {
      counts.count('sequence used again')
      return random.integer(this.#sequence + 1)
    }
    if (random.chance(0.02)) {
      counts.count('sequence jumps')
      this.#sequence += random.integer(10_000)
    }
    if (random.chance(plan.nastiness / 10)) return 2 ** 31 + random.integer(10)
    return ++this.#sequence
  }

  #frames(): Frame[] {
    const { random, counts, plan, localAddress, isClient } = this.#options
    const isStorm = random.chance(0.01)
    const count = isStorm ? 10_000 : random.integer(5)
    if (isStorm) counts.count('10000 frames')
    const context = {
      random,
      nastiness: isStorm ? 0 : plan.nastiness,
      localAddress,
      streamIds: this.#streamIds,
      firstOfPeer: isClient ? 2 : 1,
    } as const
    const only = isStorm ? hostileFrame(context) : undefined
    return Array.from({ length: count }, () => {
      if (only !== undefined) return only.frame
      const { frame, label } = hostileFrame(context)
      counts.count(`peer: ${label}`)
      return frame
    })
  }

  /** As many of the frames as fit. */
  #seal(ilpPacketType: 12 | 13 | 14, sequence: number, prepareAmount: bigint, frames: Frame[]): Uint8Array {
    const packet = { ilpPacketType, sequence, prepareAmount, frames }
    while (packetSize(packet) > MAX_PLAINTEXT_BYTES) packet.frames = packet.frames.slice(0, packet.frames.length >> 1)
    return this.#options.protection.seal(encodePacket(packet))
  }
}
