import type { FlowRecording, FlowSeries, Recording, Scenario } from '@stream/simulator/scenarios'

const INTERVAL = 100

const zeros = (samples: number): number[] => Array.from({ length: samples }, () => 0)

/** A flow that never was: everything 0 but what is given, samples of 100 ms. */
export const flow = (
  samples: number,
  series: Partial<FlowSeries> = {},
  over: Partial<FlowRecording> = {},
): FlowRecording => ({
  startedAt: 0,
  roundTrip: 50,
  ...over,
  series: {
    interval: INTERVAL,
    packetsSent: zeros(samples),
    amountSent: zeros(samples),
    packetsDelivered: zeros(samples),
    amountDelivered: zeros(samples),
    bytesDelivered: zeros(samples),
    insufficientLiquidity: zeros(samples),
    busy: zeros(samples),
    lost: zeros(samples),
    windowPackets: zeros(samples),
    windowAmount: zeros(samples),
    inFlightPackets: zeros(samples),
    inFlightAmount: zeros(samples),
    answerTime: zeros(samples),
    longestAnswerTime: zeros(samples),
    burstPackets: zeros(samples),
    burstAmount: zeros(samples),
    ...series,
  },
})

/** One bucket of 100,000 units a second with a burst of 10,000, and a flow for each of the recorded. */
export const scenario = (duration: number, over: Partial<Scenario> = {}): Scenario => ({
  name: 'test',
  title: 'made up',
  duration,
  hops: [{ liquidity: { rate: 100_000n, burst: 10_000n } }],
  flows: [{ roundTrip: 50 }],
  ...over,
})

export const recording = (flows: readonly FlowRecording[], over: Partial<Scenario> = {}): Recording => {
  const duration = (flows[0]?.series.packetsSent.length ?? 0) * INTERVAL
  const [first = { roundTrip: 50 }, ...others] = flows.map(({ roundTrip, startedAt }) => ({
    roundTrip,
    startsAt: startedAt,
  }))
  return { scenario: scenario(duration, { flows: [first, ...others], ...over }), seed: 1, flows }
}

export const times = (count: number, value: number): number[] => Array.from({ length: count }, () => value)
