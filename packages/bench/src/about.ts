import { availableParallelism, cpus, loadavg } from 'node:os'
import type { Effort } from './run-scenarios.js'

/** Under what circumstances something was measured. */
export interface About {
  readonly date: string
  readonly cpu: string
  readonly cores: number
  readonly node: string
  /** Processes that wanted the CPU, as the system counts them over a minute. */
  readonly load: { readonly before: number; readonly after: number }
  readonly effort: Effort
  readonly seconds: number
}

/** Looks now, and again when it is called at the end. */
export function aboutRun(effort: Effort): () => About {
  const before = loadavg()[0]!
  const started = performance.now()
  return () => ({
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    load: { before, after: loadavg()[0]! },
    effort,
    seconds: Math.round((performance.now() - started) / 1000),
  })
}

/** A sentence for the reader. */
export function describe({ date, cpu, cores, node, load, effort, seconds }: About): string {
  const kind = effort.isQuick ? 'a quick run' : 'a run'
  const loads = `load ${load.before.toFixed(1)} before and ${load.after.toFixed(1)} after`
  return `${date}: ${kind} of ${seconds} s on ${cpu}, ${cores} cores, Node ${node.slice(1)}; ${loads}.`
}
