/**
 * The shortest input found that still fails, then the plainest: pieces are cut out, what remains becomes zeros.
 * Bounded by `attempts`, since an execution may be slow.
 */
export function minimise(input: Uint8Array, fails: (input: Uint8Array) => boolean, attempts = 2000): Uint8Array {
  let left = attempts
  const stillFails = (candidate: Uint8Array): boolean => left-- > 0 && fails(candidate)
  let best = input
  for (let size = Math.ceil(input.length / 2); size >= 1; size = Math.floor(size / 2)) {
    best = cutOut(best, size, stillFails)
  }
  return zeroOut(best, stillFails)
}

/** Without each piece of `size` bytes that the failure does not need. */
function cutOut(input: Uint8Array, size: number, stillFails: (input: Uint8Array) => boolean): Uint8Array {
  let best = input
  for (let at = 0; at < best.length;) {
    const tail = best.subarray(at + size)
    const without = new Uint8Array(at + tail.length)
    without.set(best.subarray(0, at))
    without.set(tail, at)
    if (stillFails(without)) best = without
    else at += size
  }
  return best
}

function zeroOut(input: Uint8Array, stillFails: (input: Uint8Array) => boolean): Uint8Array {
  let best = input
  for (const [at, byte] of input.entries()) {
    if (byte === 0) continue
    const plain = best.slice()
    plain[at] = 0
    if (stillFails(plain)) best = plain
  }
  return best
}
