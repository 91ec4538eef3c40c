import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import type { Instant } from '@stream/flow'
import type { PrepareId } from '../io.js'
import { envelopeName } from './envelope-name.js'
import { FirstEnvelopes } from './first-envelopes.js'
import { RecentReplies, type KeptReply } from './recent-replies.js'
import { ReplayWindow } from './replay-window.js'

const NOBODY: readonly never[] = []

/** What has come from the peer before: that no packet takes effect twice, and a copy gets the answer of the first. */
export class SeenPrepares {
  readonly #replay = new ReplayWindow()
  readonly #first = new FirstEnvelopes()
  /** As long as a copy of something can still come. */
  #recent: RecentReplies | undefined

  /** `new`, or how a packet that has been seen, or is too old to tell, is answered; `wait`: together with the first. */
  admit(now: Instant, sequence: number, id: PrepareId, prepare: IlpPrepare): 'new' | 'wait' | 'refuse' | KeptReply {
    if (!this.#replay.accept(sequence)) {
      this.forgetExpired(now)
      return this.#recent?.repeat(sequence, id, prepare.data) ?? 'refuse'
    }
    const envelope = envelopeName(prepare.data)
    this.#recent ??= new RecentReplies()
    this.#recent.remember(sequence, envelope, prepare.expiresAt)
    this.#first.add(sequence, envelope)
    return 'new'
  }

  isOfAnotherClient(sequence: number, envelope: Uint8Array, introduces: boolean): boolean {
    // Until it is answered a client introduces itself in each packet: one that comes after a later one is a straggler.
    const isLast = sequence > this.#replay.highest
    return this.#first.isOfAnotherClient(sequence, envelope, introduces && isLast)
  }

  /** Keeps the answer; returns who waits for it besides the first. */
  settle(sequence: number, reply: IlpReply): readonly PrepareId[] {
    return this.#recent?.settle(sequence, reply) ?? NOBODY
  }

  forgetExpired(now: Instant): void {
    this.#recent?.forgetExpired(now)
    if (this.restAt === undefined) this.#recent = undefined
  }

  /** When no copy of what was answered can come any more; `undefined`: now already. */
  get restAt(): Instant | undefined {
    return this.#recent?.lastExpiry
  }
}
