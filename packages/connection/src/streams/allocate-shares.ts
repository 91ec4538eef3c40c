import { FrameType, type Frame } from '@stream/frames'

/** One `StreamMoney` frame's claim on the amount of its packet. */
export interface StreamShares {
  readonly streamId: number
  readonly shares: bigint
}

/** Where the money can go. */
export interface Rooms {
  /** How much a stream may still receive. */
  room(streamId: number): bigint
  /** Ids of open streams, ascending. */
  readonly openStreams: Iterable<number>
}

/** What each stream gets, above zero; each stream once. */
export type Allocation = readonly { readonly streamId: number; readonly amount: bigint }[]

/** The claims in a packet; one that pays mostly says nothing else. */
export function sharesIn(frames: readonly Frame[]): readonly StreamShares[] {
  const [only] = frames
  if (frames.length === 1 && only?.type === FrameType.StreamMoney) return [only]
  return frames.filter((frame) => frame.type === FrameType.StreamMoney)
}

/**
 * Splits the amount of one packet (destination units) among streams, RFC 0029 section 5.3.8: each gets its proportion
 * rounded down, the remainder goes to the lowest-numbered open stream below its maximum and spills on to the next.
 *
 * @param shares one entry per frame; a stream may have several
 * @returns amounts that sum to exactly `amount`; `undefined` when they cannot be placed within the rooms or when there
 *   are no shares
 */
export function allocateShares(amount: bigint, shares: readonly StreamShares[], rooms: Rooms): Allocation | undefined {
  const [only] = shares
  if (only !== undefined && shares.length === 1 && amount > 0n) {
    const { streamId } = only
    return only.shares > 0n && amount <= rooms.room(streamId) ? [{ streamId, amount }] : undefined
  }
  const allocated = split(amount, shares, rooms)
  return allocated && [...allocated].map(([streamId, part]) => ({ streamId, amount: part }))
}

function split(amount: bigint, shares: readonly StreamShares[], rooms: Rooms): Map<number, bigint> | undefined {
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
    if (part > rooms.room(streamId)) return undefined
    allocated.set(streamId, part)
    remainder -= part
  }
  if (remainder === 0n) return allocated

  for (const streamId of rooms.openStreams) {
    const part = allocated.get(streamId) ?? 0n
    const free = rooms.room(streamId) - part
    if (free <= 0n) continue
    const extra = free < remainder ? free : remainder
    allocated.set(streamId, part + extra)
    remainder -= extra
    if (remainder === 0n) return allocated
  }
  return undefined
}
