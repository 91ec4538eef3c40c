import { setTimeout as sleep } from 'node:timers/promises'

/** How long a time-bound scenario warms up and is measured, in milliseconds. */
export interface Spans {
  readonly warmUp: number
  readonly measured: number
}

/** What one process found out: values by metric. */
export type Metrics = Readonly<Record<string, number>>

export interface Usage {
  /** Seconds. */
  readonly wall: number
  /** Seconds of CPU of the whole process, with garbage collection and helper threads. */
  readonly cpu: number
  /** The longest the event loop kept a 1 ms timer waiting, in milliseconds. */
  readonly longestGap: number
}

/** Runs `work` (which goes on by itself), lets it warm up, then measures; `sample` reads the counters at both instants. */
export async function measureSpan<T>(spans: Spans, sample: () => T): Promise<Usage & { before: T; after: T }> {
  await sleep(spans.warmUp)
  const gaps = watchEventLoop()
  const before = sample()
  const start = performance.now()
  const cpu = process.cpuUsage()
  await sleep(spans.measured)
  const { user, system } = process.cpuUsage(cpu)
  const wall = (performance.now() - start) / 1000
  const after = sample()
  return { wall, cpu: (user + system) / 1e6, longestGap: gaps.stop(), before, after }
}

function watchEventLoop(): { stop(): number } {
  let longest = 0
  let last = performance.now()
  const look = (): void => {
    const now = performance.now()
    longest = Math.max(longest, now - last - 1)
    last = now
  }
  const timer = setInterval(look, 1)
  return {
    stop() {
      look()
      clearInterval(timer)
      return longest
    },
  }
}

/** A run that does not add up is no measurement. */
export function verify(what: string, actual: bigint | number | string, expected: bigint | number | string): void {
  if (String(actual) === String(expected)) return
  throw new Error(`${what}: got ${actual}, expected ${expected}`)
}
