import type { CloseReason } from '@stream/connection'

/** The end of a connection, from the first word of it on: why, what went wrong, who waits until it is over. */
export class ConnectionEnd {
  /** The core's last word. */
  reason: CloseReason | undefined
  error: Error | undefined
  isDestroyed = false
  /** Of `end()`, which waits for the streams first. */
  ending: Promise<void> | undefined
  #isOver = false
  #over: Promise<void> | undefined
  #settle: (() => void) | undefined

  /** Everybody has been told. */
  get isOver(): boolean {
    return this.#isOver
  }

  untilOver(): Promise<void> {
    return this.#isOver ? Promise.resolve() : (this.#over ??= new Promise((resolve) => (this.#settle = resolve)))
  }

  onOver(): void {
    this.#isOver = true
    this.#settle?.()
  }
}
