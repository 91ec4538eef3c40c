/** `a - b`. What comes to nothing is the same 0 for all: each connection at rest keeps some of them. */
export function minus(a: bigint, b: bigint): bigint {
  return a === b ? 0n : a - b
}
