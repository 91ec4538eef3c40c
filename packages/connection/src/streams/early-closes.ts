import type { StreamId } from '@stream/frames'
import type { Violation } from '../errors.js'

/** More than a peer opens at once, as a rule. */
const MAX_KEPT = 64

/**
 * Closes of streams of which nothing else has arrived. The predecessor tells a close in whatever leaves next: in a reply
 * it overtakes the Prepare with the stream's bytes, and it may not be told again.
 */
export class EarlyCloses {
  readonly #ends = new Map<StreamId, Violation>()

  keep(id: StreamId, end: Violation): void {
    const [oldest] = this.#ends.keys()
    if (this.#ends.size >= MAX_KEPT && oldest !== undefined) this.#ends.delete(oldest)
    this.#ends.set(id, end)
  }

  take(id: StreamId): Violation | undefined {
    const end = this.#ends.get(id)
    this.#ends.delete(id)
    return end
  }
}
