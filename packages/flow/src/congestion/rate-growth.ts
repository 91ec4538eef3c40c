import type { Duration } from './controller.js'

/** Growth is stated at this round trip. Shorter ones would only be refused more often in a second. */
const GROWTH_RTT: Duration = 50

/**
 * Whoever sends more packets a second grows less, by this power of them, and whoever sends fewer grows more: what draws
 * competitors together.
 */
const REFERENCE_PACKETS = 100
const DRAW = 0.5

/** How a rate grows. */
export interface Growth {
  /** Part of the rate in a second, at a round trip of 50 ms or less. */
  readonly perSecond: number
  /** Falls with this power of a longer round trip. */
  readonly rttPower: number
  /** Never more than this part of the rate in a round trip. */
  readonly perRoundTrip: number
}

/** What the number of packets makes of growth: 1 at 100 packets a second. */
export function drawOf(packetsPerSecond: number): number {
  return (REFERENCE_PACKETS / packetsPerSecond) ** DRAW
}

/** By how much a rate is multiplied after `since`. */
export function growthFactor(growth: Growth, since: Duration, rtt: Duration, draw: number, doublings: number): number {
  const perMilli =
    (growth.perSecond / 1000) * draw * (GROWTH_RTT / Math.max(rtt, GROWTH_RTT)) ** growth.rttPower * 2 ** doublings
  return 1 + Math.min(growth.perRoundTrip / rtt, perMilli) * since
}
