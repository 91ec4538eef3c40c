import type { Ratio } from '@stream/connection'
import type { Observation } from '../observation.js'
import type { Finding, Invariant } from '../invariant.js'

/** Fractions of a unit are kept to this precision, always in favour of the sender under test. */
const SCALE = 1n << 64n

interface Promised {
  /** What the minimum rates promised for everything that was fulfilled, times `SCALE`. */
  required: bigint
  delivered: bigint
}

/** I4: whatever the connectors do, what was delivered keeps the promised minimum rate, less one unit for all rounding. */
export function minimumRate(): Invariant {
  const promises = new WeakMap<Observation, Promised>()
  return {
    name: 'I4 minimum rate',
    onSent(_end, { isPaying, packet, minimumRate: rate, prepare }): Finding {
      // Only an application that has given up its protection pays for whatever arrives.
      if (!isPaying || packet === undefined || rate?.numerator === 0n) return undefined
      return packet.prepareAmount > 0n ? undefined : `a packet pays ${prepare.amount} and would do so for nothing`
    },
    onReply(end, sent, _reply, _now, isNews, all): Finding {
      if (!isNews || !end.terms.isPeerHonest) return undefined
      const promise = promises.get(end) ?? { required: 0n, delivered: 0n }
      promises.set(end, promise)
      promise.required += scaled(sent.prepare.amount, sent.minimumRate)
      promise.delivered += all.credited(sent.key) ?? 0n
      const least = (promise.required + SCALE - 1n) / SCALE - 1n
      if (promise.delivered >= least) return undefined
      return `${promise.delivered} delivered for ${end.fulfilledOut}, the minimum rate promised ${least}`
    },
  }
}

function scaled(amount: bigint, rate: Ratio | undefined): bigint {
  return rate === undefined ? 0n : (amount * rate.numerator * SCALE) / rate.denominator
}

/** I5: no limit that the application has set is exceeded, not even for a moment. */
export const limits: Invariant = {
  name: 'I5 limits',
  onSent({ terms }, { prepare }): Finding {
    if (prepare.amount <= terms.maxPacketAmount) return undefined
    return `a packet of ${prepare.amount}, at most ${terms.maxPacketAmount} are allowed`
  },
  afterStep(end): Finding {
    for (const { id, sendMax, sent, held, receiveMax, received } of end.books().streams) {
      const { late } = end.tally(id)
      if (sent + held - late > sendMax) {
        return `stream ${id}: ${sent} sent (${late} late) and ${held} in flight, sendMax is ${sendMax}`
      }
      if (received > receiveMax) return `stream ${id} received ${received}, receiveMax is ${receiveMax}`
    }
    return undefined
  },
}
