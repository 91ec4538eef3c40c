import type { Duration } from '@stream/flow'
import type { FlowRecording, Recording } from '@stream/simulator/scenarios'
import { capacityOf } from './capacity.js'
import { deliveredColumn, sumBetween } from './samples.js'

const FAIR_ENOUGH = 0.8
const WINDOW: Duration = 5000
const JUDGED_AFTER: Duration = 20_000

/** The last flow, when it begins long after the first; and what part of a fair share it has `after` it began. */
const lateComer = (
  recording: Recording,
): { flow: FlowRecording; shareAfter: (after: Duration) => number } | undefined => {
  const { scenario, flows } = recording
  const flow = flows[flows.length - 1]
  if ((scenario.flows[flows.length - 1]?.startsAt ?? 0) === 0 || flow === undefined) return undefined
  const capacity = capacityOf(scenario)
  const column = deliveredColumn(capacity)
  const { interval } = flow.series
  const shareAfter = (after: Duration): number => {
    const end = Math.floor((flow.startedAt + after) / interval) * interval
    const fair = capacity.between(end - WINDOW, end) / flows.length
    return sumBetween(flow.series[column], interval, end - WINDOW, end) / fair
  }
  return { flow, shareAfter }
}

/** What the late-comer has in the 5 s that end 20 s after it began, as a part of its fair share. */
export const lateComerShare = (recording: Recording): number | undefined =>
  lateComer(recording)?.shareAfter(JUDGED_AFTER)

/** Seconds until the late-comer first has 80 % of its fair share over 5 s; those that are left when it never has. */
export const lateComerSeconds = (recording: Recording): number | undefined => {
  const late = lateComer(recording)
  if (late === undefined) return undefined
  const left = recording.scenario.duration - late.flow.startedAt
  let after = WINDOW
  while (after < left && late.shareAfter(after) < FAIR_ENOUGH) after += late.flow.series.interval
  return Math.min(after, left) / 1000
}
