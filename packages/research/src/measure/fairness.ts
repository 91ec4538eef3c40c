import type { Duration, Instant } from '@stream/flow'
import type { Recording } from '@stream/simulator/scenarios'
import { capacityOf } from './capacity.js'
import { deliveredColumn, sumBetween } from './samples.js'

/** Jain's index: 1 when all have the same, 1/n when one has everything. 1 for nothing at all. */
export const jainIndex = (shares: readonly number[]): number => {
  const sum = shares.reduce((a, b) => a + b, 0)
  const squares = shares.reduce((a, b) => a + b * b, 0)
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares)
}

/** Windows over which shares are compared: long enough for what one flow gets late to count as got. */
const FAIRNESS_WINDOW: Duration = 20_000
const SETTLING: Duration = 10_000
const STEP: Duration = 1000

/** The index of each window of 20 s, by the instant at which the window ends. Only flows that run all through it count. */
export const fairnessOverTime = (recording: Recording): readonly { readonly at: Instant; readonly index: number }[] => {
  const column = deliveredColumn(capacityOf(recording.scenario))
  const points: { at: Instant; index: number }[] = []
  for (let end = FAIRNESS_WINDOW; end <= recording.scenario.duration; end += STEP) {
    const begin = end - FAIRNESS_WINDOW
    const present = recording.flows.filter(({ startedAt }) => startedAt <= Math.max(begin, STEP))
    if (present.length < 2) continue
    const shares = present.map(({ series }) => sumBetween(series[column], series.interval, begin, end))
    points.push({ at: end, index: jainIndex(shares) })
  }
  return points
}

/** The worst index of any window that begins 10 s after the last flow did, or later. */
export const worstFairness = (recording: Recording): number | undefined => {
  const from = Math.max(...recording.flows.map(({ startedAt }) => startedAt)) + SETTLING
  const indices = fairnessOverTime(recording)
    .filter(({ at }) => at - FAIRNESS_WINDOW >= from)
    .map(({ index }) => index)
  return indices.length === 0 ? undefined : Math.min(...indices)
}
