/**
 * The shortest input found that still fails, then the plainest: pieces are cut out, what remains becomes zeros.
 * Bounded by `attempts`, since an execution may be slow.
 */
export function minimise(input: Uint8Array, fails: (input: Uint8Array) => boolean, attempts = 2000): Uint8Array {
  let best = input
  let left = attempts
  const accept = (candidate: Uint8Array): boolean => {
    if (left <= 0) return false
    left--
    if (!fails(candidate)) return false
    best = candidate
    return true
  }
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length && left > 0;) {
      const tail = best.subarray(at + size)
      const without = new Uint8Array(at + tail.length)
      without.set(best.subarray(0, at))
      without.set(tail, at)
      if (!accept(without)) at += size
    }
  }
  for (let at = 0; at < best.length && left > 0; at++) {
    if (best[at] === 0) continue
    const plain = best.slice()
    plain[at] = 0
    accept(plain)
  }
  return best
}
