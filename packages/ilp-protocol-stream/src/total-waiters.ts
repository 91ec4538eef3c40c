import type { Duration } from '@stream/flow'
import { MAX_DELAY } from './clock.js'

interface Waiter {
  readonly target: bigint
  readonly settle: (error?: Error) => void
}

/** How long somebody waits. */
export interface Patience {
  /** Milliseconds; default a minute. */
  readonly timeout?: Duration | undefined
  readonly signal?: AbortSignal | undefined
}

/** Those of one stream, as they are now. */
interface Totals {
  readonly totalSent: bigint
  readonly totalReceived: bigint
}

/** `sendTotal` and `receiveTotal` default to a minute. */
const DEFAULT_TOTAL_TIMEOUT: Duration = 60_000

/** The promises of one stream that wait for its total to reach a target. */
export class TotalWaiters {
  readonly #verb: 'sent' | 'received'
  readonly #totals: Totals
  readonly #waiters = new Set<Waiter>()

  constructor(verb: 'sent' | 'received', totals: Totals) {
    this.#verb = verb
    this.#totals = totals
  }

  get isEmpty(): boolean {
    return this.#waiters.size === 0
  }

  #total(): bigint {
    return this.#verb === 'sent' ? this.#totals.totalSent : this.#totals.totalReceived
  }

  /**
   * Resolves when the total reaches `target`, rejects when the stream ends first or the patience does.
   * @param onGivenUp Called before the rejection for lack of patience.
   */
  wait(target: bigint, patience: Patience = {}, onGivenUp?: () => void): Promise<void> {
    const { timeout = DEFAULT_TOTAL_TIMEOUT, signal } = patience
    return new Promise((resolve, reject) => {
      const timer =
        timeout > MAX_DELAY
          ? undefined
          : globalThis.setTimeout(() => {
              onGivenUp?.()
              settle(this.#missed('Timed out', target))
            }, timeout)
      const abort = (): void => {
        onGivenUp?.()
        settle(signal?.reason)
      }
      const settle = (error?: Error): void => {
        if (!this.#waiters.delete(waiter)) return
        signal?.removeEventListener('abort', abort)
        globalThis.clearTimeout(timer)
        if (error === undefined) resolve()
        else reject(error)
      }
      const waiter = { target, settle }
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', abort)
    })
  }

  onProgress(): void {
    for (const { target, settle } of this.#waiters) if (this.#total() >= target) settle()
  }

  onClosed(): void {
    this.#failAll((target) => this.#missed('Stream was closed', target))
  }

  onError(error: unknown): void {
    this.#failAll((target) => this.#missed('Stream encountered an error', target, `: ${String(error)}`))
  }

  #failAll(errorFor: (target: bigint) => Error): void {
    for (const { target, settle } of this.#waiters) settle(errorFor(target))
  }

  #missed(what: string, target: bigint, why = ''): Error {
    const verb = this.#verb
    const total = verb === 'sent' ? 'totalSent' : 'totalReceived'
    return new Error(
      `${what} before the desired amount was ${verb} (target: ${target}, ${total}: ${this.#total()})${why}`,
    )
  }
}
