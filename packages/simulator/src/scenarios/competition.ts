import type { Flow, Scenario } from './scenario.js'
import { PACKET, packets, SECOND } from './units.js'

const repeat = (count: number, flow: (index: number) => Flow): readonly [Flow, ...Flow[]] => [
  flow(0),
  ...Array.from({ length: count - 1 }, (_, index) => flow(index + 1)),
]

/** 400 packets a second, 40 to a round trip of 100 ms; with 32 flows that is little more than one for each. */
const shared = { hops: [{ liquidity: packets(400, 20), maxPacketAmount: PACKET }], duration: 60 * SECOND } as const

/** The same round trip for all, to the last bit: whoever happens to be first could stay so for ever. */
export const equalCompetitors: readonly Scenario[] = [2, 8, 32].map((count) => ({
  ...shared,
  name: `competitors-${count}`,
  title: `${count} connections on one liquidity bucket`,
  flows: repeat(count, () => ({ roundTrip: 100 })),
}))

export const unequalCompetitors: readonly Scenario[] = [2, 8, 32].map((count) => ({
  ...shared,
  name: `competitors-${count}-unequal`,
  title: `${count} connections on one liquidity bucket, round trips 1:4`,
  flows: repeat(count, (index) => ({ roundTrip: index % 2 === 0 ? 50 : 200 })),
}))

export const lateComer: Scenario = {
  name: 'late-comer',
  title: 'A third connection begins at 30 s',
  duration: 90 * SECOND,
  hops: [{ liquidity: packets(100, 10), maxPacketAmount: PACKET }],
  flows: [{ roundTrip: 100 }, { roundTrip: 100 }, { roundTrip: 100, startsAt: 30 * SECOND }],
}

/** The second hop takes so many packets a second from the first, whoever sent them. */
export const dataAndMoney: Scenario = {
  name: 'data-and-money',
  title: 'Data competes with money for 100 packets a second',
  duration: 60 * SECOND,
  hops: [{ maxPacketAmount: PACKET }, { packetRate: { rate: 100n, burst: 10n } }],
  flows: [{ roundTrip: 50 }, { roundTrip: 50, load: 'data' }],
}
