/**
 * Which amounts deliver at least their minimum. Both what an amount must deliver and what it may be trusted to deliver
 * are straight lines over the amount, one rounded up and one rounded down, so an amount is deliverable when a whole
 * number of destination units lies between the lines. At narrow rates such amounts are rare and far apart; they are
 * found in a number of steps logarithmic in the amount, by the steps of Euclid's algorithm.
 */

/** `(slope × x + offset) / divisor`, `divisor > 0`. */
export interface Line {
  readonly slope: bigint
  readonly offset: bigint
  readonly divisor: bigint
}

/** The least `amount >= from` with `ceil(least(amount)) <= floor(most(amount))`. */
export function smallestDeliverable(least: Line, most: Line, from: bigint): bigint | undefined {
  const found = firstCrossing(shifted(least, from), shifted(most, from))
  return found === undefined ? undefined : from + found
}

/** The largest `amount`, 1 to `upTo`, with `ceil(least(amount)) <= floor(most(amount))`. */
export function largestDeliverable(least: Line, most: Line, upTo: bigint): bigint | undefined {
  if (upTo <= 0n) return undefined
  const found = firstCrossing(mirrored(least, upTo), mirrored(most, upTo))
  return found === undefined || found >= upTo ? undefined : upTo - found
}

/** `ceil` of the line at `x`. */
export function ceilAt(line: Line, x: bigint): bigint {
  return -floorDivide(-(line.slope * x + line.offset), line.divisor)
}

/** `floor` of the line at `x`. */
export function floorAt(line: Line, x: bigint): bigint {
  return floorDivide(line.slope * x + line.offset, line.divisor)
}

/** The least `x >= 0` at which a whole number lies in `[lower(x), upper(x)]`. */
function firstCrossing(lower: Line, upper: Line): bigint | undefined {
  if (ceilAt(lower, 0n) <= floorAt(upper, 0n)) return 0n

  const steps = floorDivide(lower.slope, lower.divisor)
  const wholeSlope = ceilDivide(lower.slope, lower.divisor)
  if (wholeSlope * upper.divisor <= upper.slope) {
    // Seen along the whole slope between them, the lines move apart: once crossed, always crossed.
    return firstWhere(sheared(lower, wholeSlope), sheared(upper, wholeSlope))
  }

  const low = sheared(lower, steps)
  const high = sheared(upper, steps)
  // The lower line rises and the upper one does not: what holds no whole number now never will.
  if (high.slope <= 0n) return undefined

  // Both rise by less than one, so the first crossing is also the lowest: the same question with the axes exchanged.
  const base = floorAt(high, 0n) + 1n
  const raised = { ...low, offset: low.offset - base * low.divisor }
  const sunk = { ...high, offset: high.offset - base * high.divisor }
  const height = firstCrossing(inverse(sunk), inverse(raised))
  return height === undefined ? undefined : ceilAt(inverse(sunk), height)
}

/** The least `x >= 0` with `ceil(lower(x)) <= floor(upper(x))`, for a lower line that falls and an upper one that rises. */
function firstWhere(lower: Line, upper: Line): bigint | undefined {
  if (lower.slope === 0n && upper.slope === 0n) return undefined
  const crosses = (x: bigint): boolean => ceilAt(lower, x) <= floorAt(upper, x)
  let high = 1n
  while (!crosses(high)) high *= 2n
  let low = high / 2n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (crosses(middle)) high = middle
    else low = middle
  }
  return high
}

function shifted(line: Line, by: bigint): Line {
  return { ...line, offset: line.offset + line.slope * by }
}

function mirrored(line: Line, at: bigint): Line {
  return { ...line, slope: -line.slope, offset: line.offset + line.slope * at }
}

function sheared(line: Line, slope: bigint): Line {
  return { ...line, slope: line.slope - slope * line.divisor }
}

function inverse({ slope, offset, divisor }: Line): Line {
  return { slope: divisor, offset: -offset, divisor: slope }
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return -floorDivide(-a, b)
}
