import { randomBytes } from 'node:crypto'
import { packetProtection } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'
import { startUsage, type Metrics, type Spans, type Usage } from '../measure.js'

/** Bytes of the STREAM packets that a money packet and its reply carry. */
const MONEY = 20
const REPLY = 24

/**
 * What no implementation on this provider can go below: both ends of a fulfilled packet seal, open and hash twice each.
 */
export function cryptoRoundTrip(outBytes: number, backBytes: number): () => void {
  const protection = packetProtection(nodeCrypto, randomBytes(32))
  const out = randomBytes(outBytes)
  const back = randomBytes(backBytes)
  return () => {
    const envelope = protection.seal(out)
    protection.condition(protection.fulfillment(envelope))
    if (protection.open(envelope) === undefined) throw new Error('the envelope does not open')
    protection.condition(protection.fulfillment(envelope))
    if (protection.open(protection.seal(back)) === undefined) throw new Error('the reply does not open')
  }
}

export function floor(spans: Spans, roundTrip: () => void): { perSecond: number; cpu: number } {
  run(roundTrip, spans.warmUp)
  const { count, wall, cpu } = run(roundTrip, spans.measured)
  return { perSecond: count / wall, cpu: (cpu * 1e6) / count }
}

export function moneyFloor(spans: Spans): Metrics {
  const { perSecond, cpu } = floor(spans, cryptoRoundTrip(MONEY, REPLY))
  return { packets: perSecond, cpu }
}

/** As often as so much CPU lasts for. */
function run(work: () => void, milliseconds: number): Usage & { count: number } {
  const stop = startUsage()
  let count = 0
  for (;;) {
    for (let i = 0; i < 64; i++) work()
    count += 64
    const used = stop()
    if (used.cpu * 1000 >= milliseconds) return { count, ...used }
  }
}
