import { setTimeout as sleep } from 'node:timers/promises'

/** How long a time-bound scenario warms up and is measured, in milliseconds. */
export interface Spans {
  readonly warmUp: number
  readonly measured: number
}

/** Where nothing but the processor limits, the compiler's work of the first seconds would be a good part of what is measured. */
export function warmedLonger({ warmUp, measured }: Spans): Spans {
  return { warmUp: 2 * warmUp, measured }
}

/** What one process found out: values by metric. */
export type Metrics = Readonly<Record<string, number>>

export interface Usage {
  /** Seconds. */
  readonly wall: number
  /** Seconds of CPU of the whole process, with garbage collection and the threads that Node keeps. */
  readonly cpu: number
}

/** Counts wall and CPU time from now on. */
export function startUsage(): () => Usage {
  const start = performance.now()
  const cpu = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 }
  }
}

export interface Span<T> extends Usage {
  readonly before: T
  readonly after: T
}

type Pass = (milliseconds: number) => Promise<unknown>

/** Runs work that goes on by itself: lets it warm up, then measures; `sample` reads the counters at both instants. */
export async function measureSpan<T>(spans: Spans, sample: () => T, pass: Pass = sleep): Promise<Span<T>> {
  await pass(spans.warmUp)
  const before = sample()
  const stop = startUsage()
  await pass(spans.measured)
  const usage = stop()
  return { ...usage, before, after: sample() }
}

const LONGEST_WAIT = 4

/**
 * The spans of work that keeps a CPU busy: they end when the process has used that much CPU, so that on a crowded
 * machine it is as warm as on a quiet one. At the latest after four times as long.
 */
export async function busy(milliseconds: number): Promise<void> {
  const start = startUsage()
  for (;;) {
    const { wall, cpu } = start()
    const left = milliseconds - cpu * 1000
    if (left <= 0 || wall * 1000 > LONGEST_WAIT * milliseconds) return
    await sleep(Math.max(20, left / 2))
  }
}

export interface Gaps {
  /** The longest the event loop kept a 1 ms timer waiting, in milliseconds. */
  readonly gap: number
  /** The same, but of each wait only as much as this process used the CPU: not what other processes took from it. */
  readonly ownGap: number
}

/** Looks for gaps for so many milliseconds. Never while CPU is measured: the timer itself wakes an idle process. */
export async function watchEventLoop(milliseconds: number): Promise<Gaps> {
  const longest = { gap: 0, ownGap: 0 }
  let last = performance.now()
  let cpu = process.cpuUsage()
  const timer = setInterval(() => {
    const now = performance.now()
    const { user, system } = process.cpuUsage(cpu)
    const gap = now - last - 1
    longest.gap = Math.max(longest.gap, gap)
    longest.ownGap = Math.max(longest.ownGap, Math.min(gap, (user + system) / 1000))
    cpu = process.cpuUsage()
    last = now
  }, 1)
  await sleep(milliseconds)
  clearInterval(timer)
  return longest
}

/** A run that does not add up is no measurement. */
export function verify(what: string, actual: bigint | number | string, expected: bigint | number | string): void {
  if (String(actual) === String(expected)) return
  throw new Error(`${what}: got ${actual}, expected ${expected}`)
}
