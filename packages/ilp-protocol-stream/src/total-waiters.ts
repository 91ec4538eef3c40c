import type { Duration } from '@stream/flow'
import { MAX_DELAY } from './clock.js'

interface Waiter {
  readonly target: bigint
  readonly settle: (error?: Error) => void
}

/** `sendTotal` and `receiveTotal` default to a minute. */
const DEFAULT_TOTAL_TIMEOUT: Duration = 60_000

/** The promises of one stream that wait for its total to reach a target. */
export class TotalWaiters {
  readonly #verb: 'sent' | 'received'
  readonly #total: () => bigint
  readonly #waiters = new Set<Waiter>()

  constructor(verb: 'sent' | 'received', total: () => bigint) {
    this.#verb = verb
    this.#total = total
  }

  /**
   * Resolves when the total reaches `target`, rejects when the stream ends first or `timeout` (milliseconds) is over.
   * @param onTimeout Called before the rejection for lack of time.
   */
  wait(target: bigint, timeout: Duration = DEFAULT_TOTAL_TIMEOUT, onTimeout?: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer =
        timeout > MAX_DELAY
          ? undefined
          : globalThis.setTimeout(() => {
              onTimeout?.()
              settle(this.#missed('Timed out', target))
            }, timeout)
      const settle = (error?: Error): void => {
        if (!this.#waiters.delete(waiter)) return
        globalThis.clearTimeout(timer)
        if (error === undefined) resolve()
        else reject(error)
      }
      const waiter = { target, settle }
      this.#waiters.add(waiter)
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
