import type { EventEmitter } from 'node:events'

/** Everything that was promised, and what became of it. */
export class Outcomes {
  readonly #pending = new Set<string>()
  readonly findings: string[] = []
  settled = 0
  #count = 0

  /** @param note hears of each end, for a trace */
  constructor(private readonly note?: (text: string) => void) {}

  /** A promise must settle, whichever way; the result says whether it went well. */
  async promise(name: string, promise: Promise<unknown>): Promise<boolean> {
    const settle = this.callback(name)
    try {
      await promise
      settle()
      return true
    } catch (error) {
      settle(error instanceof Error ? error : null)
      if (!(error instanceof Error)) this.findings.push(`${name} rejects with ${String(error)}, which is no error`)
      return false
    }
  }

  /** A callback must be called, and once. */
  callback(name: string, then: (error?: Error | null) => void = () => {}): (error?: Error | null) => void {
    const key = `${name} (${++this.#count})`
    this.#pending.add(key)
    return (error) => {
      if (!this.#pending.delete(key)) this.findings.push(`${key} settles twice`)
      this.settled++
      this.note?.(`${key} has come${error ? `: ${error.message}` : ''}`)
      then(error)
    }
  }

  get pending(): string[] {
    return [...this.#pending]
  }

  /** `close` must come, once, last, and after an `end` where there is one to come. */
  emitter(name: string, emitter: EventEmitter, events: readonly string[]): void {
    const told: string[] = []
    const closed = this.callback(`close of ${name}`)
    for (const event of events) {
      emitter.on(event, () => {
        if (told.includes('close')) this.findings.push(`${name}: ${event} after close`)
        told.push(event)
        this.note?.(`${name}: ${event}`)
      })
    }
    emitter.on('close', () => {
      if (told.includes('close')) this.findings.push(`${name}: close twice`)
      told.push('close')
      closed()
    })
  }
}
