import type { Instant } from '@stream/flow'
import type { Observation } from '../observation.js'
import type { Finding, Invariant } from '../invariant.js'

/** The pause between two attempts grows, so a while without any progress sees few of them. */
const WHILE = 10_000
const ATTEMPTS_PER_WHILE = 400
/** All that is in flight may come back and go again at once, a few times over: smaller, or by another way. */
const ROUNDS = 4

interface Effort {
  since: Instant
  attempts: number
  mostInFlight: number
}

/** I9: without progress nobody sends at full speed. */
export function noSpin(): Invariant {
  const efforts = new WeakMap<Observation, Effort>()
  const effortOf = (end: Observation, now: Instant): Effort => {
    const effort = efforts.get(end) ?? { since: now, attempts: 0, mostInFlight: 0 }
    efforts.set(end, effort)
    return effort
  }
  return {
    name: 'I9 no spin',
    onSent(end, { at }): Finding {
      const effort = effortOf(end, at)
      if (at - effort.since > WHILE) Object.assign(effort, { since: at, attempts: 0, mostInFlight: 0 })
      effort.mostInFlight = Math.max(effort.mostInFlight, end.books().packetsInFlight)
      if (++effort.attempts <= ATTEMPTS_PER_WHILE + ROUNDS * effort.mostInFlight) return undefined
      return `${effort.attempts} packets within ${at - effort.since} ms and nothing came of any`
    },
    onReply(end, _sent, reply, now, isNews): Finding {
      const isProgress = isNews || end.hearsay.lastAuthenticAt === now || reply.type === 'fulfill'
      if (isProgress) Object.assign(effortOf(end, now), { since: now, attempts: 0, mostInFlight: 0 })
      return undefined
    },
  }
}

/** I7: what an end keeps for its application and its peer is bounded by what it has said it would keep. */
export const memory: Invariant = {
  name: 'I7 memory',
  afterStep(end): Finding {
    const { terms } = end
    let readable = 0
    for (const { id, readableBytes, unsentBytes } of end.books().streams) {
      readable += readableBytes
      if (readableBytes > terms.maxStreamWindow) return `stream ${id} keeps ${readableBytes} bytes for its reader`
      if (unsentBytes > terms.sendBuffer) return `stream ${id} keeps ${unsentBytes} bytes to be sent`
    }
    if (readable > terms.maxConnectionWindow) return `${readable} bytes are kept for readers`
    return undefined
  },
}
