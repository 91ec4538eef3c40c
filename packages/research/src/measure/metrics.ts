import type { Recording } from '@stream/simulator/scenarios'
import { capacityOf } from './capacity.js'
import { worstFairness } from './fairness.js'
import { lateComerSeconds, lateComerShare } from './late-comer.js'
import { recoveryRoundTrips } from './recovery.js'
import {
  deliveredColumn,
  flowSettledAt,
  maxBetween,
  refusedPer100,
  settledAt,
  spanBetween,
  sumBetween,
  total,
  usedBetween,
} from './samples.js'

/** One figure of a run. */
export interface Metric {
  readonly name: string
  readonly title: string
  /** How a value is printed: as a share in per cent, or with so many decimals and what it counts. */
  readonly format: (value: number) => string
  /** `undefined` where the scenario does not ask the question. */
  readonly measure: (recording: Recording) => number | undefined
}

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`
const decimals =
  (digits: number, unit = '') =>
  (value: number): string =>
    `${value.toFixed(digits)}${unit}`

/** Every flow wants as much as it can have. */
const isSaturated = ({ scenario }: Recording): boolean =>
  scenario.flows.every(({ load = 'money' }) => typeof load === 'string')

const utilisation = (recording: Recording): number | undefined =>
  isSaturated(recording) ? usedBetween(recording, settledAt(recording), recording.scenario.duration) : undefined

/** Of what regular payments asked for. */
const completion = (recording: Recording): number | undefined => {
  const { scenario, flows } = recording
  if (isSaturated(recording)) return undefined
  const asked = scenario.flows.reduce((sum, { load = 'money' }, index) => {
    if (typeof load === 'string') return sum
    const { startedAt = 0, roundTrip = 0 } = flows[index] ?? {}
    const payments = Math.floor((scenario.duration - roundTrip - startedAt) / load.interval) + 1
    return sum + payments * Number(load.amount)
  }, 0)
  return Math.min(1, total(recording, 'amountDelivered', 0, scenario.duration) / asked)
}

const throughput = (recording: Recording): number => {
  const { scenario, flows } = recording
  const from = settledAt(recording)
  const span = spanBetween(flows[0]?.series.interval ?? 1, from, scenario.duration)
  return (total(recording, deliveredColumn(capacityOf(scenario)), from, scenario.duration) * 1000) / span
}

/** What an answer took beyond the round trip, averaged over the packets delivered. */
const queueingDelay = (recording: Recording): number => {
  const from = settledAt(recording)
  let waited = 0
  let delivered = 0
  for (const { series, roundTrip } of recording.flows) {
    const one = { ...recording, flows: [{ startedAt: 0, roundTrip, series }] }
    const packets = total(one, 'packetsDelivered', from, recording.scenario.duration)
    waited += total(one, 'answerTime', from, recording.scenario.duration) - packets * roundTrip
    delivered += packets
  }
  return Math.max(0, waited / Math.max(1, delivered))
}

const longestWait = (recording: Recording): number =>
  Math.max(
    0,
    ...recording.flows.map(({ series, roundTrip }) => {
      const longest = maxBetween(
        series.longestAnswerTime,
        series.interval,
        settledAt(recording),
        recording.scenario.duration,
      )
      return longest - roundTrip
    }),
  )

/** The most that one flow sent within a millisecond after it settled, as a part of the burst that the bottleneck takes. */
const longestBurst = (recording: Recording): number | undefined => {
  const { burst, unit } = capacityOf(recording.scenario)
  if (burst === 0 || !isSaturated(recording)) return undefined
  const column = unit === 'amount' ? 'burstAmount' : 'burstPackets'
  const bursts = recording.flows.map((flow) =>
    maxBetween(flow.series[column], flow.series.interval, flowSettledAt(flow), recording.scenario.duration),
  )
  return Math.max(...bursts) / burst
}

/** What flows of data bring through in a round trip, once settled: the window in use. */
const bytesPerRoundTrip = (recording: Recording): number | undefined => {
  const { scenario, flows } = recording
  const perRoundTrip = flows
    .filter((_, index) => scenario.flows[index]?.load === 'data')
    .map(({ series, roundTrip }) => {
      const from = settledAt(recording)
      const bytes = sumBetween(series.bytesDelivered, series.interval, from, scenario.duration)
      return (bytes * roundTrip) / spanBetween(series.interval, from, scenario.duration)
    })
  return perRoundTrip.length === 0 ? undefined : Math.max(...perRoundTrip) / 1024
}

export const metrics: readonly Metric[] = [
  {
    name: 'utilisation',
    title: 'of what the bottleneck could pass, after ten round trips',
    format: percent,
    measure: utilisation,
  },
  { name: 'completion', title: 'of what was to be paid', format: percent, measure: completion },
  { name: 'throughput', title: 'delivered per second', format: decimals(0), measure: throughput },
  {
    name: 'data-per-round-trip',
    title: 'data that came through in a round trip',
    format: decimals(0, ' KiB'),
    measure: bytesPerRoundTrip,
  },
  {
    name: 'rejects-per-100',
    title: 'refused per 100 delivered, after ten round trips',
    format: decimals(2),
    measure: (recording) => refusedPer100(recording, settledAt(recording), recording.scenario.duration),
  },
  {
    name: 'start-up-rejects',
    title: 'refused in the first ten round trips',
    format: decimals(0),
    measure: (recording) => {
      const until = settledAt(recording)
      const columns = ['insufficientLiquidity', 'busy', 'lost'] as const
      return columns.reduce((sum, column) => sum + total(recording, column, 0, until), 0)
    },
  },
  {
    name: 'recovery',
    title: 'round trips until the new rate is in use',
    format: decimals(0),
    measure: recoveryRoundTrips,
  },
  { name: 'jain-index', title: 'fairness, worst window of 20 s', format: decimals(3), measure: worstFairness },
  {
    name: 'late-comer-share',
    title: 'of its fair share the late-comer has after 20 s',
    format: percent,
    measure: lateComerShare,
  },
  {
    name: 'late-comer-seconds',
    title: 'until the late-comer has 80 % of its fair share',
    format: decimals(1, ' s'),
    measure: lateComerSeconds,
  },
  { name: 'queueing-delay', title: 'waited on average', format: decimals(1, ' ms'), measure: queueingDelay },
  { name: 'longest-wait', title: 'waited at most', format: decimals(1, ' ms'), measure: longestWait },
  {
    name: 'longest-burst',
    title: "largest burst, in bursts of the bottleneck's",
    format: decimals(2),
    measure: longestBurst,
  },
  {
    name: 'connections-ended',
    title: 'connections that broke down',
    format: decimals(0),
    measure: ({ flows }) => flows.filter(({ ended }) => ended !== undefined).length,
  },
]

/** Every figure that the scenario asks for, by name. */
export const measureAll = (recording: Recording): Readonly<Record<string, number>> => {
  const measured: Record<string, number> = {}
  for (const { name, measure } of metrics) {
    const value = measure(recording)
    if (value !== undefined) measured[name] = value
  }
  return measured
}
