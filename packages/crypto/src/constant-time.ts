/**
 * Compares without stopping at the first difference, so that timing tells an attacker nothing about how much of a forged
 * authenticator was right. Only the lengths, which are public, decide early.
 */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}
