export interface MemoryInUse {
  /** Bytes of objects that are reachable. */
  readonly heap: number
  /** Bytes of the process that are in memory. */
  readonly rss: number
}

/** After collecting garbage, which needs `--expose-gc`. */
export function memoryInUse(): MemoryInUse {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc')
  for (let i = 0; i < 4; i++) globalThis.gc()
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed, rss }
}
