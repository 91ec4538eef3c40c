import { getHeapCodeStatistics } from 'node:v8'

export interface MemoryInUse {
  /** Bytes of objects that are reachable, without compiled code: that grows with what runs often, not with what is kept. */
  readonly heap: number
  /** Bytes of the process that are in memory. */
  readonly rss: number
}

/** After collecting garbage, which needs `--expose-gc`. */
export function memoryInUse(): MemoryInUse {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc')
  for (let i = 0; i < 4; i++) globalThis.gc()
  const { code_and_metadata_size, bytecode_and_metadata_size } = getHeapCodeStatistics()
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed - code_and_metadata_size - bytecode_and_metadata_size, rss }
}
