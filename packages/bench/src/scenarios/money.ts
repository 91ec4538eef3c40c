import { setTimeout as sleep } from 'node:timers/promises'
import { connected, PLENTY } from '../contenders/connected.js'
import { implementations, OURS_AGAIN, type ImplementationName } from '../contenders/implementation.js'
import { payAndReceive } from '../contenders/pay.js'
import {
  busy,
  measureSpan,
  verify,
  warmedLonger,
  watchEventLoop,
  type Metrics,
  type Span,
  type Spans,
} from '../measure.js'
import { Hub, type Books, type HubOptions } from '../network/hub.js'
import { moneyFloor } from './crypto-floor.js'
import type { MetricInfo, Scenario } from './scenario.js'

export const MAX_PACKET = 1000n
/** Packets of the payment that a fresh connection is measured with. */
const FRESH = 1000
const MARGIN = 100
const LONGEST_SETTLING = 10_000

const PACKETS: MetricInfo = { name: 'packets', unit: 'packets/s', better: 'more' }
export const CPU: MetricInfo = { name: 'cpu', unit: 'µs CPU/packet, both ends', better: 'less' }
export const GAPS: readonly MetricInfo[] = [
  { name: 'gap', unit: 'ms longest event-loop gap', better: 'less' },
  { name: 'ownGap', unit: 'of it own CPU, ms', better: 'less' },
]

/** Money that flows until the network stops. The function checks it against the network's books. */
export async function moneyFlow(contender: string, hub: Hub, streams = 1): Promise<() => void> {
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

/** Stops the network, lets what is on its way arrive, and checks. On a crowded machine it may take its time. */
export async function settle(hub: Hub, roundTrip: number, check: () => void): Promise<void> {
  hub.halt()
  await sleep(roundTrip + MARGIN)
  const deadline = performance.now() + LONGEST_SETTLING
  for (;;) {
    try {
      return check()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await sleep(MARGIN)
    }
  }
}

export function perPacket({ wall, cpu, before, after }: Span<Books>): Metrics {
  const packets = after.fulfilled - before.fulfilled
  return { packets: packets / wall, cpu: (cpu * 1e6) / packets }
}

export const moneyAtZeroLatency: Scenario = {
  name: 'money-zero',
  title: 'Money, no latency',
  contenders: [...implementations, OURS_AGAIN, 'pay + stream-receiver', 'crypto floor'],
  metrics: [PACKETS, CPU, ...GAPS],
  rounds: { full: 3, quick: 1 },
  async run(contender, spans) {
    if (contender === 'crypto floor') return moneyFloor(spans)
    const hub = new Hub({ maxPacketAmount: MAX_PACKET })
    const check = await moneyFlow(contender, hub)
    const span = await measureSpan(warmedLonger(spans), () => ({ ...hub.books }), busy)
    const gaps = await watchEventLoop(spans.measured / 2)
    await settle(hub, 0, check)
    return { ...perPacket(span), ...gaps }
  },
}

/**
 * Packets a second until the first thousand of a fresh connection are fulfilled. Who sends a packet per round trip would
 * take a minute for them and is timed as far as it gets: it does not become faster.
 */
async function firstPackets(hub: Hub, longest: number): Promise<number> {
  const start = performance.now()
  await Promise.race([hub.whenFulfilled(FRESH), sleep(longest)])
  return hub.books.fulfilled / ((performance.now() - start) / 1000)
}

/** A first connection in a process that has yet to compile the code, its steady pace, then another connection. */
export function moneyAt(roundTrip: number, rounds: Scenario['rounds']): Scenario {
  return {
    name: `money-${roundTrip}ms`,
    title: `Money, round trip ${roundTrip} ms`,
    contenders: [...implementations, 'pay + stream-receiver'],
    metrics: [
      { name: 'fresh', unit: `packets/s, first ${FRESH} of a connection`, better: 'more' },
      { name: 'cold', unit: `packets/s, first ${FRESH} of a process`, better: 'more' },
      PACKETS,
      CPU,
    ],
    rounds,
    async run(contender, { measured }) {
      const options = { roundTrip, maxPacketAmount: MAX_PACKET }
      const longest = measured / 2 + 7 * roundTrip
      const first = new Hub(options)
      const checkFirst = await moneyFlow(contender, first)
      const cold = await firstPackets(first, longest)
      const steady = { warmUp: measured / 2 + 3 * roundTrip, measured: measured + 3 * roundTrip }
      const span = await measureSpan(steady, () => ({ ...first.books }))
      await settle(first, roundTrip, checkFirst)
      const second = new Hub(options)
      const checkSecond = await moneyFlow(contender, second)
      const fresh = await firstPackets(second, longest)
      await settle(second, roundTrip, checkSecond)
      return { fresh, cold, ...perPacket(span) }
    },
  }
}

export function moneyOnStreams(streams: number, rounds: Scenario['rounds']): Scenario {
  return {
    name: `streams-${streams}`,
    title: `Money on ${streams} ${streams === 1 ? 'stream' : 'streams at once'}, no latency`,
    contenders: implementations,
    metrics: [PACKETS, CPU],
    rounds,
    run: (contender, spans) => moneyOn(contender, spans, { streams, roundTrip: 0 }),
  }
}

/** Steady money on so many streams of one connection. */
export async function moneyOn(
  contender: string,
  spans: Spans,
  { streams, roundTrip }: { streams: number; roundTrip: number },
): Promise<Metrics> {
  const hub = new Hub({ maxPacketAmount: MAX_PACKET, roundTrip })
  const check = await moneyFlow(contender, hub, streams)
  const span = await measureSpan(spans, () => ({ ...hub.books }), roundTrip === 0 ? busy : undefined)
  await settle(hub, roundTrip, check)
  return perPacket(span)
}

/** Units a second, and at once. */
const BUCKET = { rate: 100_000, burst: 10_000 }

/**
 * Use after the first seconds; rejects from the very first packet on, so that the search for the rate counts the less the
 * longer it lasts: `times` the usual span.
 */
export function moneyThroughBucket(roundTrip: number, rounds: Scenario['rounds'], times: number): Scenario {
  const options: HubOptions = { roundTrip, maxPacketAmount: MAX_PACKET, liquidity: BUCKET }
  const capacity = BUCKET.rate / Number(MAX_PACKET)
  return {
    name: `bucket-${roundTrip}ms`,
    title: `Money through a bottleneck of ${capacity} packets/s, round trip ${roundTrip} ms`,
    contenders: [...implementations, 'pay + stream-receiver'],
    metrics: [
      { name: 'utilisation', unit: '% of the bottleneck used', better: 'more' },
      { name: 'rejects', unit: '% of all packets rejected', better: 'less' },
    ],
    rounds,
    isSideBySide: true,
    async run(contender, { measured }) {
      const hub = new Hub(options)
      const check = await moneyFlow(contender, hub)
      const { before, after, wall } = await measureSpan(
        { warmUp: 1500 + measured, measured: times * measured },
        () => ({
          ...hub.books,
        }),
      )
      await settle(hub, roundTrip, check)
      const { fulfilled, rejectedForLiquidity } = after
      const units = Number(after.units - before.units)
      return {
        utilisation: (units / wall / BUCKET.rate) * 100,
        rejects: (rejectedForLiquidity / (fulfilled + rejectedForLiquidity)) * 100,
      }
    },
  }
}
