import type { Observation } from '../observation.js'
import type { Finding, Invariant } from '../invariant.js'

/** I1: what an end says it spent and got is what moved across its border, to the unit and at every moment. */
export const conservation: Invariant = {
  name: 'I1 conservation',
  afterStep(end): Finding {
    const { sent, received } = end.books()
    if (sent !== end.fulfilledOut) return `says it sent ${sent}, Fulfills came for ${end.fulfilledOut}`
    if (received !== end.fulfilledIn) return `says it received ${received}, it fulfilled ${end.fulfilledIn}`
    return streamFinding(end)
  },
  // `closed` is the last event, so a Fulfill that comes after it is told to nobody.
  atEnd(end): Finding {
    const { sent, received } = end.books()
    if (received !== end.toldReceived) return `received ${received}, its application was told ${end.toldReceived}`
    if (sent < end.toldSent) return `sent ${sent}, its application was told ${end.toldSent}`
    return undefined
  },
}

function streamFinding(end: Observation): Finding {
  const { sent, received, streams } = end.books()
  if (end.toldReceived !== received) return `received ${received}, the streams were told ${end.toldReceived}`
  if (end.end === undefined && end.toldSent !== sent) return `sent ${sent}, the streams were told ${end.toldSent}`
  for (const stream of streams) {
    const tally = end.tally(stream.id)
    if (stream.received !== tally.received) {
      return `stream ${stream.id} says it received ${stream.received}, its events say ${tally.received}`
    }
    if (end.end === undefined && stream.sent !== tally.sent) {
      return `stream ${stream.id} says it sent ${stream.sent}, its events say ${tally.sent}`
    }
  }
  return undefined
}

/** What one end paid for is what the other was credited, envelope by envelope. */
export const counterpart: Invariant = {
  name: 'I1 counterpart',
  onReply(end, sent, _reply, _now, isNews, all): Finding {
    if (!isNews || !end.terms.isPeerHonest) return undefined
    const credited = all.credited(sent.key)
    if (credited === undefined) return `paid ${sent.prepare.amount} for a packet that nobody was credited for`
    const minimum = sent.packet?.prepareAmount ?? 0n
    return credited >= minimum ? undefined : `the peer was credited ${credited}, the packet demanded ${minimum}`
  },
}

/** I2: money counts only when a Fulfill has left for it, and while the Prepare could still be fulfilled. */
export const creditInTime: Invariant = {
  name: 'I2 credit only by a Fulfill in time',
  afterAnswer(end, arrived): Finding {
    const { prepare, answer, credited, packet, key } = arrived
    if (answer === undefined) return undefined
    if (answer.reply.type === 'reject')
      return credited > 0n ? `credited ${credited} and rejected the packet` : undefined
    if (packet === undefined) return 'fulfilled what it cannot have read'
    if (answer.at >= prepare.expiresAt) return `fulfilled ${answer.at - prepare.expiresAt} ms after the expiry`
    // A copy gets the answer of the first, whatever it carries: the preimage is known to whoever made the copy.
    if (end.arrived.get(key)?.some((copy) => copy !== arrived && copy.credited > 0n)) return undefined
    if (prepare.amount < packet.prepareAmount)
      return `fulfilled ${prepare.amount}, less than the minimum ${packet.prepareAmount}`
    return undefined
  },
}

/** I3: a packet counts once, however many copies of it arrive. */
export const noDoubleCredit: Invariant = {
  name: 'I3 no double credit',
  atEnd(end): Finding {
    const sequences = new Map<number, string>()
    for (const [key, copies] of end.arrived) {
      const credited = copies.filter((copy) => copy.credited > 0n)
      if (credited.length > 1) return `the same envelope was credited ${credited.length} times`
      const [first] = credited
      if (first?.packet === undefined) continue
      if (first.credited !== first.prepare.amount) {
        return `a packet of ${first.prepare.amount} was credited with ${first.credited}`
      }
      const { sequence } = first.packet
      if (sequences.has(sequence) && sequences.get(sequence) !== key) return `sequence ${sequence} was credited twice`
      sequences.set(sequence, key)
    }
    return undefined
  },
}
