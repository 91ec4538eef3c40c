import { LimitSync, SendCredit } from '@stream/flow'
import { ASSUMED } from '../config.js'
import type { Stream } from './stream.js'

/** What the peer lets us send on all streams together, in bytes, and whether it must be asked for more. */
export class SharedCredit {
  credit: SendCredit
  /** It was asked for when the peer had perhaps not finished what will free it. */
  wantsToAskAgain = false
  #blocked: LimitSync<number> | undefined

  constructor(
    limit: number,
    private readonly streams: Iterable<Stream>,
  ) {
    this.credit = new SendCredit(limit)
  }

  /** Tells the peer that this limit keeps us. */
  get blocked(): LimitSync<number> {
    return (this.#blocked ??= new LimitSync<number>(0))
  }
  get owesBlocked(): boolean {
    return this.#blocked?.owed === true
  }

  /** Bytes wait that nothing else keeps back. */
  get isWaitedFor(): boolean {
    if (this.credit.available() > 0) return false
    for (const { unsentBytes, hasCredit } of this.streams) if (unsentBytes > 0 && hasCredit) return true
    return false
  }

  /** `unsentBytes`: of a stream that could not send all it has. */
  tellBlocked(unsentBytes: number): void {
    if (unsentBytes > 0 && this.credit.available() === 0) this.blocked.raise(this.credit.used + unsentBytes)
  }

  /** Something moved at the peer. The predecessor tells this limit in its replies alone, so a new one is asked for. */
  ask(): void {
    if (!this.isWaitedFor) return
    this.blocked.owe()
    this.wantsToAskAgain = true
  }

  /** A reply is lost, and a larger limit perhaps with it. */
  askAgain(): void {
    if (this.credit.available() === 0 && this.blocked.value > this.credit.limit) this.blocked.owe()
  }

  /**
   * The peer told less than we knew already. The predecessor does: it counts the open streams alone and forgets the
   * bytes of the others, so that a limit beyond all that was ever sent never comes. Once no credit is left, what is
   * sent is counted as it does, and no further than its window. True: there is credit again.
   */
  fall(maxOffset: number): boolean {
    if (!this.isWaitedFor) return false
    let used = 0
    for (const { state, sentBytes } of this.streams) if (state !== 'closed') used += sentBytes
    const limit = Math.min(maxOffset, used + ASSUMED.connectionWindow)
    if (limit <= used) return false
    this.credit = new SendCredit(limit)
    this.credit.consume(used)
    return true
  }
}
