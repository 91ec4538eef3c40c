import type { Scenario } from './scenario.js'
import { PACKET, packets, SECOND } from './units.js'

const FAST = packets(400, 20)
const SLOW = packets(100, 20)

/** Long enough at 400 packets a second to be at home there, then a quarter of it. */
export const rateStepDown: Scenario = {
  name: 'rate-step-down',
  title: 'From 400 to 100 packets a second at 20 s',
  duration: 40 * SECOND,
  hops: [{ liquidity: FAST, maxPacketAmount: PACKET }],
  flows: [{ roundTrip: 50 }],
  changes: [{ at: 20 * SECOND, hop: 0, limits: { liquidity: SLOW } }],
  sampleInterval: 50,
}

export const rateStepUp: Scenario = {
  name: 'rate-step-up',
  title: 'From 100 to 400 packets a second at 20 s',
  duration: 40 * SECOND,
  hops: [{ liquidity: SLOW, maxPacketAmount: PACKET }],
  flows: [{ roundTrip: 50 }],
  changes: [{ at: 20 * SECOND, hop: 0, limits: { liquidity: FAST } }],
  sampleInterval: 50,
}

/** The same money in packets of other sizes: first a quarter, then twice as large. */
export const packetLimitChanges: Scenario = {
  name: 'packet-limit-changes',
  title: 'The largest packet shrinks to a quarter at 20 s, and doubles at 40 s',
  duration: 60 * SECOND,
  hops: [{ liquidity: packets(100, 10), maxPacketAmount: PACKET }],
  flows: [{ roundTrip: 50 }],
  changes: [
    { at: 20 * SECOND, hop: 0, limits: { maxPacketAmount: PACKET / 4n } },
    { at: 40 * SECOND, hop: 0, limits: { maxPacketAmount: PACKET * 2n } },
  ],
}
