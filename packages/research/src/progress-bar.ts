/** Where progress is shown: a terminal, or a log in which every line stays. */
export interface ProgressOutput {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const WIDTH = 30
const LINES_IN_A_LOG = 10

/** How far the bench is and how long it will still take. On a terminal one line that changes, in a log ten that stay. */
export class ProgressBar {
  readonly #output: ProgressOutput
  readonly #total: number
  readonly #now: () => number
  readonly #startedAt: number
  #done = 0

  /** @param now Milliseconds on any clock that never goes back. */
  constructor(total: number, output: ProgressOutput, now: () => number) {
    this.#total = total
    this.#output = output
    this.#now = now
    this.#startedAt = now()
  }

  /** One more is done. */
  advance(what: string): void {
    this.#done++
    const left = ((this.#now() - this.#startedAt) / this.#done) * (this.#total - this.#done)
    const text = `${this.#done}/${this.#total} runs, ${inWords(left)} left, ${what}`
    if (this.#output.isTTY === true) {
      const filled = Math.round((this.#done / this.#total) * WIDTH)
      const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
      this.#output.write(`\r\u001b[K${bar} ${text}${this.#done === this.#total ? '\n' : ''}`)
    } else if (this.#done === this.#total || this.#done % Math.ceil(this.#total / LINES_IN_A_LOG) === 0) {
      this.#output.write(`${text}\n`)
    }
  }
}

const inWords = (milliseconds: number): string => {
  const seconds = Math.round(milliseconds / 1000)
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
