import { connected, PLENTY } from '../contenders/connected.js'
import type { ImplementationName } from '../contenders/implementation.js'
import { busy, measureSpan, startUsage, verify, type Metrics, type Spans } from '../measure.js'
import { Hub } from '../network/hub.js'
import { MAX_PACKET, moneyFlow, moneyOn, perPacket, settle } from '../scenarios/money.js'
import type { MetricInfo } from '../scenarios/scenario.js'
import { serve } from '../scenarios/server.js'
import { axis, type Axis } from './axis.js'

const CPU: MetricInfo = { name: 'cpu', unit: 'µs CPU/packet', better: 'less' }
const PACKETS: MetricInfo = { name: 'packets', unit: 'packets/s', better: 'more' }
const OURS = 'ours'
const PUBLISHED = '2.7.2-alpha.3'
/** Packets that are measured after those that were sent before. */
const NEXT = 3000

const sizes = (ours: readonly number[], published: readonly number[]): Axis['sizes'] =>
  new Map<ImplementationName, readonly number[]>([
    [OURS, ours],
    [PUBLISHED, published],
  ])

/** Packets of a connection that has sent so many, in a process that is warm from another connection. */
async function afterPackets(contender: ImplementationName, count: number, spans: Spans): Promise<Metrics> {
  const first = new Hub({ maxPacketAmount: MAX_PACKET })
  const check = await moneyFlow(contender, first)
  await busy(spans.warmUp)
  await settle(first, 0, check)
  const hub = new Hub({ maxPacketAmount: MAX_PACKET })
  const checkAll = await moneyFlow(contender, hub)
  await hub.whenFulfilled(count)
  const { fulfilled } = hub.books
  const stop = startUsage()
  await hub.whenFulfilled(fulfilled + NEXT)
  const { cpu } = stop()
  const packets = hub.books.fulfilled - fulfilled
  await settle(hub, 0, checkAll)
  return { cpu: (cpu * 1e6) / packets }
}

/** One stream sends, the others have paid once and stay open. */
async function besideIdleStreams(contender: ImplementationName, streams: number, spans: Spans): Promise<Metrics> {
  const hub = new Hub({ maxPacketAmount: MAX_PACKET })
  const { client } = await connected(contender, hub, (stream) => stream.setReceiveMax(PLENTY))
  const open = Array.from({ length: streams }, () => client.createStream())
  await Promise.all(open.map((stream) => stream.sendTotal('1', { timeout: 120_000 })))
  open[0]!.setSendMax(PLENTY)
  const span = await measureSpan(spans, () => ({ ...hub.books }), busy)
  await settle(hub, 0, () => verify('client.totalSent', client.totalSent, hub.books.units))
  return perPacket(span)
}

export const axes: readonly Axis[] = [
  axis({
    name: 'packets',
    title: 'Packets that the connection has sent before',
    sizes: sizes([1000, 3000, 10_000, 30_000, 100_000], [1000, 3000, 10_000]),
    metrics: [CPU],
    run: afterPackets,
  }),
  axis({
    name: 'streams',
    title: 'Streams that send at once',
    sizes: sizes([1, 3, 10, 30, 100, 300], [1, 3, 10, 30, 100]),
    metrics: [CPU],
    run: (contender, streams, spans) => moneyOn(contender, spans, { streams, roundTrip: 0 }),
  }),
  axis({
    name: 'idle-streams',
    title: 'Streams that are open while one sends',
    sizes: sizes([1, 3, 10, 30, 100, 300], [1, 3, 10, 30, 100]),
    metrics: [CPU],
    run: besideIdleStreams,
  }),
  axis({
    name: 'connections',
    title: 'Connections of one server, paying in turn; the server alone',
    sizes: sizes([10, 100, 1000, 10_000], [10, 100, 1000]),
    metrics: [CPU],
    run: (contender, connections) => serve(contender, connections),
  }),
  axis({
    name: 'round-trip',
    title: 'Round trip, milliseconds',
    sizes: sizes([1, 3, 10, 30, 100, 300], [1, 3, 10, 30, 100, 300]),
    metrics: [PACKETS, CPU],
    run: (contender, roundTrip, { warmUp, measured }) =>
      moneyOn(
        contender,
        { warmUp: warmUp + 10 * roundTrip, measured: measured + 5 * roundTrip },
        { streams: 1, roundTrip },
      ),
  }),
]
