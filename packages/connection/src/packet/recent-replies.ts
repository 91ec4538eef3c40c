import type { IlpReply } from '@stream/frames/ilp'
import type { Instant } from '@stream/flow'
import type { PrepareId } from '../io.js'

/** Prepares remembered at once, pending or answered; those that more than one waits for stay beyond it. */
const MAX_REPLIES = 16
/** Copies of one Prepare that wait for its decision. */
const MAX_WAITING = 16

interface Entry {
  readonly iv: string
  readonly expiresAt: Instant
  /** `undefined`: not decided yet. */
  reply: IlpReply | undefined
  /** Everyone who waits for the decision. */
  readonly ids: PrepareId[]
}

/**
 * The answers to Prepares that have not expired yet. A lower layer may deliver a Prepare twice: the second copy gets
 * the same answer and changes nothing.
 */
export class RecentReplies {
  readonly #entries = new Map<number, Entry>()

  remember(sequence: number, id: PrepareId, envelope: Uint8Array, expiresAt: Instant): void {
    if (this.#entries.size >= MAX_REPLIES) this.#forgetOldest()
    this.#entries.set(sequence, { iv: ivOf(envelope), expiresAt, reply: undefined, ids: [id] })
  }

  /** Keeps the answer and returns everyone who waits for it. */
  settle(sequence: number, id: PrepareId, reply: IlpReply): readonly PrepareId[] {
    const entry = this.#entries.get(sequence)
    if (entry === undefined || entry.reply !== undefined) return [id]
    entry.reply = reply
    return entry.ids
  }

  /** For a second copy of an envelope: the answer to the first, or `wait` when there is none yet. */
  repeat(sequence: number, id: PrepareId, envelope: Uint8Array): IlpReply | 'wait' | undefined {
    const entry = this.#entries.get(sequence)
    if (entry === undefined || entry.iv !== ivOf(envelope)) return undefined
    if (entry.reply !== undefined) return entry.reply
    if (entry.ids.length >= MAX_WAITING) return undefined
    entry.ids.push(id)
    return 'wait'
  }

  /** Who waits for a decision must hear of it, so such an entry is never the one that goes. */
  #forgetOldest(): void {
    for (const [sequence, { ids, reply }] of this.#entries) {
      if (reply === undefined && ids.length > 1) continue
      this.#entries.delete(sequence)
      return
    }
  }

  forgetExpired(now: Instant): void {
    for (const [sequence, { expiresAt }] of this.#entries) {
      if (expiresAt > now) return
      this.#entries.delete(sequence)
    }
  }

  get nextExpiry(): Instant | undefined {
    const [first] = this.#entries.values()
    return first?.expiresAt
  }
}

/** The random IV names an envelope: it never repeats. */
export function ivOf(envelope: Uint8Array): string {
  return String.fromCharCode(...envelope.subarray(0, 12))
}
