import { IlpPacketType, type StreamPacket } from '@stream/frames'
import { decodeAmountTooLarge, type IlpReject, type IlpReply } from '@stream/frames/ilp'
import type { CongestionSignal } from '@stream/flow'
import { equalBytes } from '../equal-bytes.js'
import type { CloseReason } from '../io.js'

/** The part of a sent packet that decides what a reply means. */
export interface Sent {
  readonly sequence: number
  /** Source units. */
  readonly amount: bigint
  /** Least that must arrive, in the peer's units. */
  readonly minimum: bigint
  /** `undefined`: a test packet, which nobody can fulfill. */
  readonly fulfillment: Uint8Array | undefined
}

/** What a reply means for each part of the machine. */
export interface Outcome {
  readonly money: 'fulfilled' | 'released'
  readonly frames: 'acked' | 'lost'
  readonly congestion: CongestionSignal | 'acked' | 'none'
  /** The peer itself has answered. */
  readonly isAuthentic: boolean
  /** What arrived, in the peer's units: its own word, so a sample of the rate. */
  readonly delivered?: bigint
  /** F08: the path refuses the amount. `maximum` in our units where the connector told. */
  readonly amountTooLarge?: { readonly maximum: bigint | undefined }
  /**
   * Somebody on the path says that there is no way, or answers with nonsense. A hint that anyone can forge, so it
   * ends the connection only when it comes several times in a row.
   */
  readonly pathFailure?: CloseReason
  /** Ends the connection at once. */
  readonly fatal?: CloseReason
}

const RELEASED = { money: 'released', isAuthentic: false } as const

/** Nothing came back in time. */
export const LOST: Outcome = { ...RELEASED, frames: 'lost', congestion: 'lost' }

/** The packet could not be handed to the network. */
export function sendFailure(cause: unknown): Outcome {
  return { ...LOST, pathFailure: { by: 'sendFailed', cause } }
}

/** The STREAM packet of a reply counts only with our sequence and the type of the reply (RFC 0029, 5.2). */
export function matches(sent: Sent, reply: IlpReply, packet: StreamPacket): boolean {
  const type = reply.type === 'fulfill' ? IlpPacketType.Fulfill : IlpPacketType.Reject
  return packet.sequence === sent.sequence && packet.ilpPacketType === type
}

/**
 * The one place that reads ILP error codes.
 * `answer`: the peer's STREAM packet, when the reply holds one that opens and matches.
 */
export function outcomeOf(sent: Sent, reply: IlpReply, answer: StreamPacket | undefined): Outcome {
  if (reply.type === 'fulfill') return fulfilled(sent, reply.fulfillment, answer)
  if (answer !== undefined) {
    return {
      money: 'released',
      frames: 'acked',
      congestion: 'acked',
      isAuthentic: true,
      delivered: answer.prepareAmount,
    }
  }
  return rejected(sent, reply)
}

function fulfilled(sent: Sent, fulfillment: Uint8Array, answer: StreamPacket | undefined): Outcome {
  if (sent.fulfillment === undefined || !equalBytes(sent.fulfillment, fulfillment)) {
    return { ...RELEASED, frames: 'lost', congestion: 'none', pathFailure: { by: 'wrongFulfillment' } }
  }
  // The preimage proves that the peer has opened this very envelope, whatever happened to its answer.
  if (answer === undefined) return { money: 'fulfilled', frames: 'acked', congestion: 'acked', isAuthentic: false }
  const delivered = answer.prepareAmount
  // Written out, and so is its like above: nearly every packet makes one of them.
  const outcome: Outcome = {
    money: 'fulfilled',
    frames: 'acked',
    congestion: 'acked',
    isAuthentic: true,
    delivered,
  }
  if (delivered >= sent.minimum) return outcome
  return { ...outcome, fatal: { by: 'rateTooLow', minimum: sent.minimum, delivered } }
}

function rejected(sent: Sent, reject: IlpReject): Outcome {
  const { code } = reject
  if (code === 'F08') {
    const maximum = maximumOf(sent.amount, reject.data)
    const tooLarge = { ...RELEASED, frames: 'lost', congestion: 'none', amountTooLarge: { maximum } } as const
    return maximum === 0n ? { ...tooLarge, pathFailure: { by: 'pathMaximumZero' } } : tooLarge
  }
  if (code === 'T04') return { ...RELEASED, frames: 'lost', congestion: 'insufficientLiquidity' }
  if (code.startsWith('T') || code === 'F99') return { ...RELEASED, frames: 'lost', congestion: 'busy' }
  if (code.startsWith('R')) return LOST
  return { ...RELEASED, frames: 'lost', congestion: 'none', pathFailure: { by: 'path', reject } }
}

/** The connector counts in its own units: scale its maximum to ours. Useless or hostile figures count as none. */
function maximumOf(amount: bigint, data: Uint8Array): bigint | undefined {
  const told = decodeAmountTooLarge(data)
  if (told === undefined || told.receivedAmount === 0n || told.maximumAmount >= told.receivedAmount) return undefined
  return (amount * told.maximumAmount) / told.receivedAmount
}
