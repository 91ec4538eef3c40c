import type { Instant } from '@stream/flow'
import type { Recording } from '@stream/simulator/scenarios'
import { capacityOf } from './capacity.js'
import { refusedPer100, usedBetween } from './samples.js'

/** What counts as back: so much of the new rate in use, and fewer refusals than this per 100 packets delivered. */
const USED = 0.9
const REFUSED_PER_100 = 5

/** ...seen over so many round trips, or it might be chance. */
const WINDOW_ROUND_TRIPS = 10

/**
 * Round trips from a change of the bottleneck's rate to the first stretch of ten in which the new rate is used and
 * refusals are few; the slowest of all changes. The scenario's end counts when it comes first.
 */
export const recoveryRoundTrips = (recording: Recording): number | undefined => {
  const { changes } = capacityOf(recording.scenario)
  const [flow] = recording.flows
  if (flow === undefined || changes.length === 0) return undefined
  const ends = [...changes.slice(1), recording.scenario.duration]
  const times = changes.map((at, index) => recoveredAt(recording, at, ends[index] ?? at) - at)
  return Math.max(...times) / flow.roundTrip
}

const recoveredAt = (recording: Recording, changedAt: Instant, until: Instant): Instant => {
  const { roundTrip = 0, series } = recording.flows[0] ?? {}
  const interval = series?.interval ?? 1
  const span = Math.ceil((WINDOW_ROUND_TRIPS * roundTrip) / interval) * interval
  for (let begin = changedAt; begin + span <= until; begin += interval) {
    const isUsed = usedBetween(recording, begin, begin + span) >= USED
    if (isUsed && refusedPer100(recording, begin, begin + span) < REFUSED_PER_100) return begin
  }
  return until
}
