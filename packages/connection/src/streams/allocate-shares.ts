/** One `StreamMoney` frame's claim on the amount of its packet. */
export interface StreamShares {
  readonly streamId: number
  readonly shares: bigint
}

/**
 * Splits the amount of one packet (destination units) among streams, RFC 0029 section 5.3.8: each gets its proportion
 * rounded down, the remainder goes to the lowest-numbered open stream below its maximum and spills on to the next.
 *
 * @param shares one entry per frame; a stream may have several
 * @param room how much a stream may still receive
 * @param openStreams ids of open streams, ascending
 * @returns amounts above zero that sum to exactly `amount`; `undefined` when they cannot be placed within the rooms or
 *   when there are no shares
 */
export function allocateShares(
  amount: bigint,
  shares: readonly StreamShares[],
  room: (streamId: number) => bigint,
  openStreams: Iterable<number>,
): Map<number, bigint> | undefined {
  let totalShares = 0n
  const sharesOf = new Map<number, bigint>()
  for (const entry of shares) {
    totalShares += entry.shares
    sharesOf.set(entry.streamId, (sharesOf.get(entry.streamId) ?? 0n) + entry.shares)
  }
  if (totalShares === 0n) return undefined

  const allocated = new Map<number, bigint>()
  let remainder = amount
  for (const [streamId, own] of sharesOf) {
    const part = (amount * own) / totalShares
    if (part === 0n) continue
    if (part > room(streamId)) return undefined
    allocated.set(streamId, part)
    remainder -= part
  }
  if (remainder === 0n) return allocated

  for (const streamId of openStreams) {
    const part = allocated.get(streamId) ?? 0n
    const free = room(streamId) - part
    if (free <= 0n) continue
    const extra = free < remainder ? free : remainder
    allocated.set(streamId, part + extra)
    remainder -= extra
    if (remainder === 0n) return allocated
  }
  return undefined
}
