const TOLERANCE = 0.05

/** Bytes of live heap. Two collections, for the second frees what finalizers of the first let go. */
export function liveHeap() {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const mebibytes = (bytes) => `${(bytes / (1 << 20)).toFixed(2)} MiB`

/** Prints the heap at each tenth, and says when the last is not what the second was. */
export function heapFaults(name, samples) {
  console.log(`${name}: live heap at each tenth: ${samples.map(mebibytes).join(', ')}`)
  const [, second] = samples
  const last = samples.at(-1)
  if (Math.abs(last - second) <= second * TOLERANCE) return []
  return [`${name}: the heap went from ${mebibytes(second)} at the second tenth to ${mebibytes(last)} at the last`]
}

/** Timers that are still there when everything is closed. */
export function timerFaults(name) {
  const timers = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout')
  return timers.length === 0 ? [] : [`${name}: ${timers.length} timers are left`]
}
