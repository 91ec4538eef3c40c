import type { Coverage } from './coverage.js'

/**
 * As few and as short inputs as reach all the code that `inputs` reach: shorter ones first, each without the end that
 * nothing new comes of. What is changed further is then quick to run.
 */
export function distil(
  inputs: readonly Uint8Array[],
  run: (input: Uint8Array) => void,
  coverage: Coverage,
): Uint8Array[] {
  const reachedBy = (input: Uint8Array) => {
    coverage.look()
    run(input)
    return coverage.look()
  }
  const kept: Uint8Array[] = []
  for (const input of [...inputs].sort((a, b) => a.length - b.length)) {
    const news = coverage.news(reachedBy(input))
    if (news === 0) continue
    const shortest = shortestPrefix(input, (prefix) => coverage.news(reachedBy(prefix)) >= news)
    coverage.remember(reachedBy(shortest))
    kept.push(shortest)
  }
  return kept
}

/** Longer prefixes reach as much as shorter ones, nearly always: what is found is enough, and seldom too long. */
function shortestPrefix(input: Uint8Array, isEnough: (prefix: Uint8Array) => boolean): Uint8Array {
  let [tooShort, enough] = [0, input.length]
  while (enough - tooShort > 1) {
    const middle = (tooShort + enough) >> 1
    if (isEnough(input.subarray(0, middle))) enough = middle
    else tooShort = middle
  }
  return input.slice(0, enough)
}
