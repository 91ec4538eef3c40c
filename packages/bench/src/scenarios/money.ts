import { setTimeout as sleep } from 'node:timers/promises'
import { connected, PLENTY } from '../contenders/connected.js'
import { implementations, type ImplementationName } from '../contenders/implementation.js'
import { payAndReceive } from '../contenders/pay.js'
import { measureSpan, verify, type Metrics, type Spans, type Usage } from '../measure.js'
import { Hub, type HubOptions } from '../network/hub.js'
import { moneyFloor } from './crypto-floor.js'
import type { MetricInfo, Scenario } from './scenario.js'

export const MAX_PACKET = 1000n
const MARGIN = 100

const PACKETS: MetricInfo = { name: 'packets', unit: 'packets/s', better: 'more' }
const CPU: MetricInfo = { name: 'cpu', unit: 'µs CPU/packet, both ends', better: 'less' }
const GAP: MetricInfo = { name: 'gap', unit: 'ms longest event-loop gap', better: 'less' }

/** Money that flows until the network stops, checked against its books. */
async function flow(contender: string, hub: Hub, streams: number): Promise<() => void> {
  if (contender === 'pay + stream-receiver') return payAndReceive(hub)
  const { client, accepted } = await connected(contender as ImplementationName, hub, (stream) =>
    stream.setReceiveMax(PLENTY),
  )
  const out = Array.from({ length: streams }, () => client.createStream())
  for (const stream of out) stream.setSendMax(PLENTY)
  const server = await accepted
  return () => {
    verify('client.totalSent', client.totalSent, hub.books.units)
    verify('server.totalReceived', server.totalReceived, hub.books.units)
    const onStreams = out.reduce((sum, stream) => sum + BigInt(stream.totalSent), 0n)
    verify('totalSent of all streams', onStreams, hub.books.units)
  }
}

async function measureMoney(contender: string, spans: Spans, hub: Hub, roundTrip: number, streams = 1) {
  const check = await flow(contender, hub, streams)
  const span = await measureSpan(spans, () => ({ ...hub.books }))
  hub.halt()
  await sleep(roundTrip + MARGIN)
  check()
  return { ...span, packets: span.after.fulfilled - span.before.fulfilled }
}

function perPacket({ wall, cpu, longestGap, packets }: Usage & { packets: number }): Metrics {
  return { packets: packets / wall, cpu: (cpu * 1e6) / packets, gap: longestGap }
}

export const moneyAtZeroLatency: Scenario = {
  name: 'money-zero',
  title: 'Money, no latency',
  contenders: [...implementations, 'pay + stream-receiver', 'crypto floor'],
  metrics: [PACKETS, CPU, GAP],
  quick: true,
  async run(contender, spans) {
    if (contender === 'crypto floor') return moneyFloor(spans)
    return perPacket(await measureMoney(contender, spans, new Hub({ maxPacketAmount: MAX_PACKET }), 0))
  },
}

export function moneyAt(roundTrip: number, quick: boolean): Scenario {
  return {
    name: `money-${roundTrip}ms`,
    title: `Money, round trip ${roundTrip} ms`,
    contenders: [...implementations, 'pay + stream-receiver'],
    metrics: [PACKETS, CPU],
    quick,
    maxRounds: 2,
    async run(contender, spans) {
      const hub = new Hub({ roundTrip, maxPacketAmount: MAX_PACKET })
      const longer = { warmUp: spans.warmUp + 10 * roundTrip, measured: spans.measured + 5 * roundTrip }
      return perPacket(await measureMoney(contender, longer, hub, roundTrip))
    },
  }
}

export function moneyOnStreams(streams: number): Scenario {
  return {
    name: `streams-${streams}`,
    title: `Money on ${streams} streams at once, no latency`,
    contenders: implementations,
    metrics: [CPU],
    quick: streams === 10,
    maxRounds: 2,
    async run(contender, spans) {
      return perPacket(await measureMoney(contender, spans, new Hub({ maxPacketAmount: MAX_PACKET }), 0, streams))
    },
  }
}

export function moneyThroughBucket(roundTrip: number, quick: boolean): Scenario {
  const options: HubOptions = { roundTrip, maxPacketAmount: MAX_PACKET, liquidity: { rate: 500_000, burst: 50_000 } }
  return {
    name: `bucket-${roundTrip}ms`,
    title: `Money through a bottleneck of 500 packets/s, round trip ${roundTrip} ms`,
    contenders: [...implementations, 'pay + stream-receiver'],
    metrics: [
      { name: 'utilisation', unit: '% of the bottleneck used', better: 'more' },
      { name: 'rejects', unit: '% of packets rejected', better: 'less' },
    ],
    quick,
    maxRounds: 2,
    async run(contender, spans) {
      const hub = new Hub(options)
      const { packets, wall, after, before } = await measureMoney(
        contender,
        { warmUp: spans.warmUp + 500, measured: spans.measured * 2 },
        hub,
        roundTrip,
      )
      const rejects = after.rejectedForLiquidity - before.rejectedForLiquidity
      return { utilisation: (packets / wall / 500) * 100, rejects: (rejects / (packets + rejects)) * 100 }
    },
  }
}
