/*
 * Sums that make no new number where an old one will do: an amount is an object, and each connection at rest keeps some.
 * Most connections pay once, so that what was to be sent, what was sent and what has arrived are often one.
 */

/** `a + b`. */
export function plus(a: bigint, b: bigint): bigint {
  return a === 0n ? b : a + b
}

/** `a - b`. */
export function minus(a: bigint, b: bigint): bigint {
  if (b === 0n) return a
  return a === b ? 0n : a - b
}
