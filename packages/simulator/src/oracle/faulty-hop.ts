import type { Instant } from '@stream/flow'
import { decodeIlpPacket, encodeIlpPacket, type IlpPrepare, type IlpReply } from '@stream/frames/ilp'
import type { Packet, Tamper, Tampered } from '../packet.js'
import type { Random } from '../random.js'
import type { FaultCounts, FaultKind, FaultPlan } from './fault.js'
import { forgedReject } from './forged-reject.js'

const ENVELOPES_KEPT = 24
const MINUTE = 60_000
const NO_DATA = new Uint8Array(0)

export interface FaultyHopOptions {
  readonly plan: FaultPlan
  readonly random: Random
  readonly counts: FaultCounts
  /** From then on packets pass untouched, except those that were held back before. */
  readonly until: Instant
  readonly startedAt: Instant
  /** The least the receiver of this Prepare accepts; `undefined` when it is not a STREAM packet. */
  readonly minimumOf: (prepare: IlpPrepare) => bigint | undefined
  /** What went wrong, for a trace. */
  readonly note?: ((text: string) => void) | undefined
}

/** One direction of one hop: every packet crosses it as bytes, and some do not cross it well. */
export function faultyHop(options: FaultyHopOptions): Tamper {
  const hop = new FaultyHop(options)
  return (packet, now) => hop.pass(packet, now)
}

class FaultyHop {
  readonly #options: FaultyHopOptions
  /** What has come by: Prepares' envelopes, and those of replies by type, oldest first. */
  readonly #seen: Record<'prepare' | 'fulfill' | 'reject', Uint8Array[]> = { prepare: [], fulfill: [], reject: [] }

  constructor(options: FaultyHopOptions) {
    this.#options = options
  }

  pass(packet: Packet, now: Instant): readonly Tampered[] {
    const { until } = this.#options
    if (now >= until) return [{ packet: overTheWire(packet) }]
    const travelling = packet.type === 'prepare' ? this.#request(packet, now) : this.#reply(packet, now)
    return travelling.map((tampered) => ({ ...tampered, packet: overTheWire(tampered.packet) }))
  }

  #happens(kind: FaultKind, now: Instant): boolean {
    const { plan, random, counts, startedAt, note } = this.#options
    let chance = plan.chances[kind] ?? 0
    const elapsed = now - startedAt
    for (const burst of plan.bursts) {
      if (burst.kind === kind && elapsed >= burst.from && elapsed < burst.to) chance = burst.probability
    }
    if (!random.chance(chance)) return false
    if (kind !== 'refuse' && kind !== 'forgeReject' && kind !== 'changeCode') {
      counts.count(kind)
      note?.(kind)
    }
    return true
  }

  #code(): string {
    const { plan, random } = this.#options
    return plan.rejectCodes[random.integer(plan.rejectCodes.length)] ?? 'F99'
  }

  #anyOf(envelopes: readonly Uint8Array[]): Uint8Array | undefined {
    return envelopes[this.#options.random.integer(Math.max(1, envelopes.length))]
  }

  #remember(kind: 'prepare' | 'fulfill' | 'reject', data: Uint8Array): void {
    const seen = this.#seen[kind]
    seen.push(data)
    if (seen.length > ENVELOPES_KEPT) seen.shift()
  }

  #count(label: string): void {
    this.#options.counts.count(label)
    this.#options.note?.(label)
  }

  // ── Prepares ──────────────────────────────────────────────────────────────────

  #request(packet: Packet & { type: 'prepare' }, now: Instant): Tampered[] {
    const { random } = this.#options
    const { id, prepare } = packet
    const other = this.#anyOf(this.#seen.prepare)
    this.#remember('prepare', prepare.data)
    if (this.#happens('refuse', now)) {
      return [{ packet: { type: 'reply', id, reply: this.#refusal(prepare.amount, other) }, back: true }]
    }
    const changed: Packet = { ...packet, prepare: this.#changeRequest(prepare, other, now) }
    const travelling: Tampered[] = []
    if (!this.#happens('dropRequest', now))
      travelling.push({ packet: changed, delay: this.#requestDelay(prepare, now) })
    if (this.#happens('duplicateRequest', now)) travelling.push({ packet, delay: random.between(0, 50) })
    if (this.#happens('replayRequest', now)) travelling.push({ packet, delay: random.between(50, 3 * MINUTE) })
    return travelling
  }

  #refusal(amount: bigint, otherEnvelope: Uint8Array | undefined): IlpReply {
    const { random } = this.#options
    const { reject, label } = forgedReject(random, this.#code(), { amount, otherEnvelope })
    this.#count(`refuse ${label}`)
    return reject
  }

  #changeRequest(prepare: IlpPrepare, other: Uint8Array | undefined, now: Instant): IlpPrepare {
    let { data } = prepare
    if (this.#happens('stripRequest', now)) data = NO_DATA
    else if (other !== undefined && this.#happens('swapRequest', now)) data = other
    else if (data.length > 0 && this.#happens('corruptRequest', now)) data = flipBit(data, this.#options.random)
    const amount = prepare.amount > 0n && this.#happens('underpay', now) ? this.#lessThan(prepare) : prepare.amount
    return { ...prepare, amount, data }
  }

  #lessThan(prepare: IlpPrepare): bigint {
    const { random, plan, minimumOf } = this.#options
    const oneShort = (minimumOf(prepare) ?? 1n) - 1n
    const part = (prepare.amount * BigInt(random.integer(1000))) / 1000n
    const choices =
      plan.underpayTo === 'nothing'
        ? [0n]
        : plan.underpayTo === 'oneLessThanMinimum'
          ? [oneShort]
          : [0n, oneShort, part]
    const chosen = choices[random.integer(choices.length)] ?? 0n
    return chosen < 0n ? 0n : chosen < prepare.amount ? chosen : prepare.amount - 1n
  }

  #requestDelay({ expiresAt }: IlpPrepare, now: Instant): number {
    const { random } = this.#options
    if (this.#happens('lateRequest', now)) return Math.max(0, expiresAt - now) + random.between(-300, 5_000)
    if (this.#happens('delayRequest', now)) return random.between(0, 4_000)
    return this.#happens('reorderRequest', now) ? random.between(0, 150) : 0
  }

  // ── replies ───────────────────────────────────────────────────────────────────

  #reply(packet: Packet & { type: 'reply' }, now: Instant): Tampered[] {
    const { random } = this.#options
    const changed: Packet = { ...packet, reply: this.#changeReply(packet.reply, now) }
    this.#remember(packet.reply.type, packet.reply.data)
    const travelling: Tampered[] = []
    if (!this.#happens('dropReply', now)) travelling.push({ packet: changed, delay: this.#replyDelay(now) })
    if (this.#happens('duplicateReply', now)) travelling.push({ packet, delay: random.between(0, 3_000) })
    return travelling
  }

  #replyDelay(now: Instant): number {
    const { random } = this.#options
    if (this.#happens('delayReply', now)) return random.between(0, 20_000)
    return this.#happens('reorderReply', now) ? random.between(0, 150) : 0
  }

  #changeReply(reply: IlpReply, now: Instant): IlpReply {
    const { random } = this.#options
    const otherEnvelope = this.#anyOf(this.#seen[reply.type])
    if (this.#happens('forgeReject', now)) {
      const amount = BigInt(1 + random.integer(1_000_000))
      const { reject, label } = forgedReject(random, this.#code(), { amount, otherEnvelope })
      this.#count(`forgeReject ${label}`)
      return reject
    }
    const data = this.#changeReplyData(reply, otherEnvelope, now)
    if (reply.type === 'reject') {
      if (!this.#happens('changeCode', now)) return { ...reply, data }
      const code = this.#code()
      this.#count(`changeCode ${code}`)
      return { ...reply, data, code }
    }
    if (this.#happens('wrongFulfillment', now)) return { ...reply, data, fulfillment: random.bytes(32) }
    return { ...reply, data }
  }

  #changeReplyData({ type, data }: IlpReply, other: Uint8Array | undefined, now: Instant): Uint8Array {
    const ofOtherType = this.#anyOf(this.#seen[type === 'fulfill' ? 'reject' : 'fulfill'])
    const [oldest] = this.#seen[type]
    if (this.#happens('stripReply', now)) return NO_DATA
    if (other !== undefined && this.#happens('swapReply', now)) return other
    if (ofOtherType !== undefined && this.#happens('swapReplyType', now)) return ofOtherType
    if (oldest !== undefined && this.#happens('olderReply', now)) return oldest
    return data.length > 0 && this.#happens('corruptReply', now) ? flipBit(data, this.#options.random) : data
  }
}

function flipBit(data: Uint8Array, random: Random): Uint8Array {
  const changed = data.slice()
  const at = random.integer(changed.length)
  changed[at] = (changed[at] ?? 0) ^ (1 << random.integer(8))
  return changed
}

/** The packet as its bytes say it: what no encoder carries does not arrive either. */
function overTheWire(packet: Packet): Packet {
  const decoded = decodeIlpPacket(encodeIlpPacket(packet.type === 'prepare' ? packet.prepare : packet.reply))
  if ('destination' in decoded) return { type: 'prepare', id: packet.id, prepare: decoded }
  return { type: 'reply', id: packet.id, reply: decoded }
}
