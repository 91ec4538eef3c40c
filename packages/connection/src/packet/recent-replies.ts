import type { PacketProtection } from '@stream/crypto'
import type { IlpReject, IlpReply } from '@stream/frames/ilp'
import type { Instant } from '@stream/flow'
import type { PrepareId } from '../io.js'
import { envelopeName, type EnvelopeName } from './envelope-name.js'

/** Prepares remembered at once, pending or answered; those that more than one waits for stay beyond it. */
const MAX_REPLIES = 16
/** Copies of one Prepare that wait for its decision. */
const MAX_WAITING = 16

const NOBODY: readonly never[] = []

/**
 * The bytes of answers of many connections lie together: a view of each would be twice as large as what it shows. Not with
 * those of packets, which are kept for a moment only.
 */
const MEMORY_SIZE = 4096
let memory = new Uint8Array(0)
let used = 0

/** The data of a Fulfill, whose preimage would be most of what is kept, and is computed again for a copy; or a Reject. */
export type KeptReply = Uint8Array | IlpReject

/** The answer to the first copy of an envelope, for another. */
export function replyAgain(kept: KeptReply, envelope: Uint8Array, protection: PacketProtection): IlpReply {
  if (!(kept instanceof Uint8Array)) return kept
  return { type: 'fulfill', fulfillment: protection.fulfillment(envelope), data: kept }
}

interface Entry {
  readonly sequence: number
  readonly envelope: EnvelopeName
  readonly expiresAt: Instant
  /** `undefined`: not decided yet. The data of a Fulfill: memory in which it lies from `start` up to `end`. */
  reply: KeptReply | undefined
  start: number
  end: number
  /** Who waits for the decision besides the first. */
  others: PrepareId[] | undefined
}

/**
 * The answers to Prepares that have not expired yet. A lower layer may deliver a Prepare twice: the second copy gets
 * the same answer and changes nothing.
 */
export class RecentReplies {
  /** Oldest first. */
  readonly #entries: Entry[] = []
  /** None expires later. */
  #lastExpiry: Instant = -Infinity

  remember(sequence: number, envelope: EnvelopeName, expiresAt: Instant): void {
    if (this.#entries.length >= MAX_REPLIES) this.#forgetOldest()
    // Up to a millisecond later: a fraction of one would be an object of its own.
    const until = Math.ceil(expiresAt)
    this.#entries.push({ sequence, envelope, expiresAt: until, reply: undefined, start: 0, end: 0, others: undefined })
    if (until > this.#lastExpiry) this.#lastExpiry = until
  }

  /** Keeps the answer; returns who waits for it besides the first. */
  settle(sequence: number, reply: IlpReply): readonly PrepareId[] {
    const entry = this.#find(sequence)
    if (entry === undefined || entry.reply !== undefined) return NOBODY
    if (reply.type === 'fulfill') keepData(entry, reply.data)
    else entry.reply = reply
    return entry.others ?? NOBODY
  }

  /** For a second copy of an envelope: the answer to the first, or `wait` when there is none yet. */
  repeat(sequence: number, id: PrepareId, envelope: Uint8Array): KeptReply | 'wait' | undefined {
    const entry = this.#find(sequence)
    if (entry === undefined || entry.envelope !== envelopeName(envelope)) return undefined
    const { reply, start, end } = entry
    if (reply !== undefined) return reply instanceof Uint8Array ? reply.subarray(start, end) : reply
    entry.others ??= []
    if (entry.others.length >= MAX_WAITING - 1) return undefined
    entry.others.push(id)
    return 'wait'
  }

  /** Most that are looked for have come last. */
  #find(sequence: number): Entry | undefined {
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i]!
      if (entry.sequence === sequence) return entry
    }
    return undefined
  }

  /** Who waits for a decision must hear of it, so such an entry is never the one that goes. */
  #forgetOldest(): void {
    const oldest = this.#entries.findIndex(({ reply, others }) => reply !== undefined || others === undefined)
    if (oldest === 0) this.#entries.shift()
    else if (oldest > 0) this.#entries.splice(oldest, 1)
  }

  forgetExpired(now: Instant): void {
    while (this.#entries[0] !== undefined && this.#entries[0].expiresAt <= now) this.#entries.shift()
  }

  /** When there is nothing left to keep; `undefined`: now already. */
  get lastExpiry(): Instant | undefined {
    return this.#entries.length === 0 ? undefined : this.#lastExpiry
  }
}

function keepData(entry: Entry, data: Uint8Array): void {
  if (used + data.length > memory.length) {
    memory = new Uint8Array(Math.max(MEMORY_SIZE, data.length))
    used = 0
  }
  memory.set(data, used)
  entry.reply = memory
  entry.start = used
  entry.end = used += data.length
}
