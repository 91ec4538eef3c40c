/**
 * Tells envelopes that claim the same sequence apart: 32 bits of their random IV. Two of them share these once in four
 * thousand million times; then one counts as a copy of the other, as if it had been lost. A whole number and not the
 * bytes: a view of them would keep the envelope in memory, a copy costs more than all else that is kept of it.
 */
export type EnvelopeName = number

export function envelopeName(envelope: Uint8Array): EnvelopeName {
  return envelope[0]! | (envelope[1]! << 8) | (envelope[2]! << 16) | (envelope[3]! << 24)
}
