import type { Scenario } from './scenario.js'
import { PACKET, packets, SECOND } from './units.js'

const BUSY_CODES = ['T00', 'T01', 'T99']

/** Refusals that have nothing to do with load, on the path of `bucket-50ms`. */
export const refusalsByChance: readonly Scenario[] = [
  { name: 'refusals-0.1-percent', what: '0.1 % of the packets', probability: 0.001, codes: BUSY_CODES },
  { name: 'refusals-1-percent', what: '1 % of the packets', probability: 0.01, codes: BUSY_CODES },
  { name: 'refusals-5-percent', what: '5 % of the packets', probability: 0.05, codes: BUSY_CODES },
  { name: 'refusals-1-percent-T04', what: '1 % of the packets, all with T04', probability: 0.01, codes: ['T04'] },
].map(({ name, what, probability, codes }) => ({
  name,
  title: `Refused by chance: ${what}`,
  duration: 60 * SECOND,
  hops: [{ liquidity: packets(100, 10), maxPacketAmount: PACKET }],
  flows: [{ roundTrip: 50 }],
  refusals: { probability, codes },
  baseline: 'bucket-50ms',
}))
