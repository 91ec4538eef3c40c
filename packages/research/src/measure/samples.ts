import type { Duration, Instant } from '@stream/flow'
import type { FlowRecording, FlowSeries, Recording } from '@stream/simulator/scenarios'
import { capacityOf, type Capacity } from './capacity.js'

export type Column = Exclude<keyof FlowSeries, 'interval'>

/** Sum of the samples that lie wholly between two instants. */
export const sumBetween = (values: readonly number[], interval: Duration, from: Instant, to: Instant): number => {
  let sum = 0
  for (let index = firstSample(from, interval); index < lastSample(to, interval, values.length); index++) {
    sum += values[index] ?? 0
  }
  return sum
}

/** Length of the time that `sumBetween` adds up. */
export const spanBetween = (interval: Duration, from: Instant, to: Instant): Duration =>
  Math.max(0, Math.floor(to / interval) - firstSample(from, interval)) * interval

/** Greatest of the samples that lie wholly between two instants; 0 when there are none. */
export const maxBetween = (values: readonly number[], interval: Duration, from: Instant, to: Instant): number =>
  values.slice(firstSample(from, interval), lastSample(to, interval, values.length)).reduce((a, b) => Math.max(a, b), 0)

/** Sum over all flows of one column, between two instants. */
export const total = (recording: Recording, column: Column, from: Instant, to: Instant): number =>
  recording.flows.reduce((sum, { series }) => sum + sumBetween(series[column], series.interval, from, to), 0)

/** What counts as delivered where the bottleneck limits money, and where it limits packets. */
export const deliveredColumn = ({ unit }: Capacity): Column =>
  unit === 'amount' ? 'amountDelivered' : 'packetsDelivered'

const START_UP_ROUND_TRIPS = 10

/** When a flow has had ten round trips to find its rate. */
export const flowSettledAt = ({ startedAt, roundTrip }: FlowRecording): Instant =>
  startedAt + START_UP_ROUND_TRIPS * roundTrip

/** When all flows that begin at the beginning have had them. */
export const settledAt = ({ scenario, flows }: Recording): Instant => {
  const first = flows.filter((_, index) => (scenario.flows[index]?.startsAt ?? 0) === 0)
  return Math.max(0, ...first.map(flowSettledAt))
}

/** Delivered between two instants, as a part of what the bottleneck could have passed. */
export const usedBetween = (recording: Recording, from: Instant, to: Instant): number => {
  const capacity = capacityOf(recording.scenario)
  const interval = recording.flows[0]?.series.interval ?? 1
  const [begin, end] = [firstSample(from, interval) * interval, Math.floor(to / interval) * interval]
  const room = capacity.between(begin, end)
  return room === 0 ? 0 : total(recording, deliveredColumn(capacity), from, to) / room
}

/** Packets that the path refused or lost, over packets delivered, in per cent. */
export const refusedPer100 = (recording: Recording, from: Instant, to: Instant): number => {
  const refused = (['insufficientLiquidity', 'busy', 'lost'] as const).reduce(
    (sum, column) => sum + total(recording, column, from, to),
    0,
  )
  return (refused / Math.max(1, total(recording, 'packetsDelivered', from, to))) * 100
}

const firstSample = (from: Instant, interval: Duration): number => Math.ceil(from / interval)
const lastSample = (to: Instant, interval: Duration, length: number): number =>
  Math.min(length, Math.floor(to / interval))
