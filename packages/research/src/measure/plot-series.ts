import type { Duration } from '@stream/flow'
import type { FlowRecording, FlowSeries, Recording } from '@stream/simulator/scenarios'
import { capacityOf } from './capacity.js'
import { fairnessOverTime } from './fairness.js'
import { deliveredColumn } from './samples.js'

/** What is plotted over time: one number per bin, all flows together; `null` where there is nothing to show. */
export interface PlotSeries {
  /** Virtual milliseconds per bin. */
  readonly interval: Duration
  /** Whether windows, in flight and delivered count source units or packets. */
  readonly unit: 'amount' | 'packets'
  readonly quantities: Readonly<Record<Quantity, readonly (number | null)[]>>
}

export const quantities = {
  window: 'window',
  'in-flight': 'in flight',
  delivered: 'delivered per second',
  'queueing-delay': 'queueing delay, ms',
  rejects: 'refused per second',
  fairness: 'Jain index of the last 20 s',
} as const
export type Quantity = keyof typeof quantities

/** More than a plot of a few hundred pixels can show would only make files large. */
const MOST_BINS = 240

export const plotSeriesOf = (recording: Recording): PlotSeries => {
  const { scenario, flows } = recording
  const capacity = capacityOf(scenario)
  const isMoney = capacity.unit === 'amount'
  const [first] = flows
  const samples = first?.series.packetsSent.length ?? 0
  const perBin = Math.ceil(samples / MOST_BINS)
  const interval = (first?.series.interval ?? 1) * perBin
  const bins = Array.from({ length: Math.floor(samples / perBin) }, (_, bin) => bin)
  const seconds = interval / 1000

  const sum = (bin: number, pick: (series: FlowSeries, index: number) => number): number =>
    flows.reduce((all, { series }) => {
      let own = 0
      for (let index = bin * perBin; index < (bin + 1) * perBin; index++) own += pick(series, index)
      return all + own
    }, 0)
  const atEnd = (bin: number, column: 'windowPackets' | 'windowAmount' | 'inFlightPackets' | 'inFlightAmount') =>
    flows.reduce((all, { series }) => all + (series[column][(bin + 1) * perBin - 1] ?? 0), 0)
  const delivered = deliveredColumn(capacity)
  const fairness = new Map(fairnessOverTime(recording).map(({ at, index }) => [Math.ceil(at / interval) - 1, index]))

  return {
    interval,
    unit: capacity.unit,
    quantities: {
      window: bins.map((bin) => finite(atEnd(bin, isMoney ? 'windowAmount' : 'windowPackets'))),
      'in-flight': bins.map((bin) => atEnd(bin, isMoney ? 'inFlightAmount' : 'inFlightPackets')),
      delivered: bins.map((bin) => rounded(sum(bin, (series, index) => series[delivered][index] ?? 0) / seconds)),
      'queueing-delay': bins.map((bin) => delayOf(flows, bin * perBin, (bin + 1) * perBin)),
      rejects: bins.map((bin) => rounded(sum(bin, refused) / seconds)),
      fairness: bins.map((bin) => finite(fairness.get(bin) ?? Number.NaN)),
    },
  }
}

const refused = ({ insufficientLiquidity, busy, lost }: FlowSeries, index: number): number =>
  (insufficientLiquidity[index] ?? 0) + (busy[index] ?? 0) + (lost[index] ?? 0)

const delayOf = (flows: readonly FlowRecording[], from: number, to: number): number | null => {
  let waited = 0
  let packets = 0
  for (const { series, roundTrip } of flows) {
    for (let index = from; index < to; index++) {
      const delivered = series.packetsDelivered[index] ?? 0
      packets += delivered
      waited += (series.answerTime[index] ?? 0) - delivered * roundTrip
    }
  }
  return packets === 0 ? null : rounded(Math.max(0, waited / packets))
}

const finite = (value: number): number | null => (Number.isFinite(value) ? rounded(value) : null)
const rounded = (value: number): number => Math.round(value * 1000) / 1000
