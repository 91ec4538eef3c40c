import type { ConnectionEvent, ConnectionStats } from '@stream/connection'
import type { AccountStats } from './connector-account.js'

/** Both ends of one connection, and what the connectors next to them have on record. */
export interface Books {
  readonly sender: ConnectionStats
  readonly receiver: ConnectionStats
  /** The sender's account at its connector. */
  readonly senderAccount: AccountStats
  /** The receiver's account at its connector. */
  readonly receiverAccount: AccountStats
}

/**
 * What does not add up once nothing is in flight; empty when all is well. One sender, one receiver, and links between them and
 * their own connectors that lose nothing and keep nobody's Fulfill until it is too late; anything may happen in between.
 */
export const bookViolations = ({ sender, receiver, senderAccount, receiverAccount }: Books): string[] => {
  const violations: string[] = []
  const must = (holds: boolean, what: string): void => {
    if (!holds) violations.push(what)
  }
  const { totalSent, totalDelivered, minimumRate } = sender
  must(sender.inFlight.amount === 0n, `the sender has ${sender.inFlight.amount} in flight at the end`)
  must(
    totalSent === senderAccount.amountIn,
    `the sender says it spent ${totalSent}, its connector charged ${senderAccount.amountIn}`,
  )
  must(
    receiver.totalReceived === receiverAccount.amountOut,
    `the receiver says it got ${receiver.totalReceived}, its connector paid out ${receiverAccount.amountOut}`,
  )
  must(
    totalDelivered <= receiver.totalReceived,
    `the sender believes ${totalDelivered} were delivered, the receiver got ${receiver.totalReceived}`,
  )
  if (minimumRate !== undefined) {
    const { numerator, denominator } = minimumRate
    const least = (totalSent * numerator + denominator - 1n) / denominator - 1n
    must(totalDelivered >= least, `${totalDelivered} delivered for ${totalSent}, the minimum rate promised ${least}`)
  }
  return violations
}

/** What is out of order in the events of one connection; empty when all is well. */
export const eventViolations = (events: readonly ConnectionEvent[]): string[] => {
  const violations: string[] = []
  const totals = new Map<number, bigint>()
  const ended = new Set<number>()
  let isEstablished = false
  events.forEach((event, index) => {
    const { type } = event
    if (type === 'closed' && index < events.length - 1) violations.push('closed is not the last event')
    if (type === 'established') {
      if (isEstablished) violations.push('established twice')
      isEstablished = true
    }
    if (type === 'streamClosed') {
      if (ended.has(event.streamId)) violations.push(`stream ${event.streamId} closed twice`)
      ended.add(event.streamId)
    }
    if (type === 'streamOpened' && ended.has(event.streamId)) violations.push(`stream ${event.streamId} opened again`)
    if (type === 'moneyReceived') {
      const total = (totals.get(event.streamId) ?? 0n) + event.amount
      if (event.total !== total) violations.push(`stream ${event.streamId} received ${total} and says ${event.total}`)
      totals.set(event.streamId, total)
    }
  })
  return violations
}
