import type { Scenario } from './scenario.js'
import { PACKET, packets, SECOND } from './units.js'

/** One connector sends on 100 packets a second and takes bursts of 10: the usual case, at four distances. */
export const singleBottleneck: readonly Scenario[] = [5, 50, 200, 600].map((roundTrip) => ({
  name: `bucket-${roundTrip}ms`,
  title: `One liquidity bucket, ${roundTrip} ms of round trip`,
  duration: roundTrip > 200 ? 120 * SECOND : 60 * SECOND,
  hops: [{ liquidity: packets(100, 10), maxPacketAmount: PACKET }],
  flows: [{ roundTrip }],
}))

/** Nobody says how large a packet may be, so the first ones carry far more than the bucket ever holds. */
export const noPacketLimit: Scenario = {
  name: 'bucket-no-packet-limit',
  title: 'One liquidity bucket, and no limit of the packet amount',
  duration: 60 * SECOND,
  hops: [{ liquidity: packets(100, 10) }],
  flows: [{ roundTrip: 50 }],
}

export const packetRateLimit: Scenario = {
  name: 'packet-rate',
  title: 'A limit of 100 packets a second, none of money',
  duration: 60 * SECOND,
  hops: [{ packetRate: { rate: 100n, burst: 10n }, maxPacketAmount: PACKET }],
  flows: [{ roundTrip: 50 }],
}

export const jitteryPath: Scenario = {
  name: 'jitter',
  title: 'One liquidity bucket, 50 ms of round trip and up to 25 ms of jitter each way',
  duration: 60 * SECOND,
  hops: [{ liquidity: packets(100, 10), maxPacketAmount: PACKET }],
  flows: [{ roundTrip: 50 }],
  jitter: 25,
}

export const twoHops: Scenario = {
  name: 'two-hops',
  title: 'Two connectors in a row, 150 and 100 packets a second',
  duration: 60 * SECOND,
  hops: [{ liquidity: packets(150, 5), maxPacketAmount: PACKET }, { liquidity: packets(100, 20) }],
  flows: [{ roundTrip: 50 }],
}

/** Money enough, and a patience of half a second: what a controller leaves in the queue, every packet waits for. */
export const queueingPath: Scenario = {
  name: 'queue',
  title: 'A connector that lets packets wait up to 500 ms, 100 packets a second',
  duration: 60 * SECOND,
  hops: [{ queue: { unitsPerSecond: 100 * Number(PACKET), patience: 500 }, maxPacketAmount: PACKET }],
  flows: [{ roundTrip: 50 }],
}

/** 13 MB a second, 640 KiB to a round trip: more than the windows that the receiver opens at first. */
export const dataPath: Scenario = {
  name: 'data',
  title: 'Data only, 400 packets a second, 50 ms of round trip',
  duration: 10 * SECOND,
  hops: [{ packetRate: { rate: 400n, burst: 20n } }],
  flows: [{ roundTrip: 50, load: 'data' }],
}

/** One packet a second for an hour: a stream of micropayments, with a bucket that it never empties. */
export const micropayments: Scenario = {
  name: 'micropayments',
  title: 'An hour of one packet a second',
  duration: 3600 * SECOND,
  hops: [{ liquidity: packets(100, 10), maxPacketAmount: PACKET }],
  flows: [{ roundTrip: 50, load: { amount: 100n, interval: SECOND } }],
  sampleInterval: 10 * SECOND,
}
