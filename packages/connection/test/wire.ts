import { decodePacket, encodePacket, FrameType, IlpPacketType, type Frame, type StreamPacket } from '@stream/frames'
import { encodeAmountTooLarge, type IlpPrepare, type IlpReply } from '@stream/frames/ilp'
import { reject, type Pair, type Side } from './pair.js'

/** A STREAM packet as a hostile or foreign end could write it. */
export interface Forged {
  readonly sequence: number
  readonly amount?: bigint
  readonly minimum?: bigint
  readonly frames?: readonly Frame[]
  readonly expiresAt?: number
  readonly isUnfulfillable?: boolean
}

/** The Prepare that carries such a packet, sealed with the keys of the connection. */
export function forge(pair: Pair, to: Side, forged: Forged): IlpPrepare {
  const { sequence, amount = 0n, minimum = 0n, frames = [], expiresAt = pair.now + 30_000 } = forged
  const { protection } = pair
  const type = IlpPacketType.Prepare
  const data = protection.seal(encodePacket({ ilpPacketType: type, sequence, prepareAmount: minimum, frames }))
  const executionCondition =
    forged.isUnfulfillable === true
      ? protection.unfulfillableCondition()
      : protection.condition(protection.fulfillment(data))
  const destination = to === 'server' ? 'test.server.token' : 'test.client'
  return { amount, destination, executionCondition, data, expiresAt }
}

/** Hands a Prepare over at once; the answers come into the array, now or later. */
export function hand(pair: Pair, to: Side, prepare: IlpPrepare): IlpReply[] {
  const replies: IlpReply[] = []
  pair.deliver(to, prepare, (reply) => replies.push(reply))
  return replies
}

/** `hand` of a forged packet that is answered at once. */
export function tell(pair: Pair, to: Side, forged: Forged): IlpReply {
  const [reply] = hand(pair, to, forge(pair, to, forged))
  if (reply === undefined) throw new Error('the packet was not answered at once')
  return reply
}

/** What both ends read in a Prepare or a reply. */
export function read(pair: Pair, { data }: { readonly data: Uint8Array }): StreamPacket {
  const plaintext = pair.protection.open(data)
  if (plaintext === undefined) throw new Error('there is no packet of this connection in it')
  return decodePacket(plaintext)
}

/** As `read`, or `undefined` where somebody on the way has answered. */
export function tryRead(pair: Pair, reply: IlpReply): StreamPacket | undefined {
  return pair.protection.open(reply.data) === undefined ? undefined : read(pair, reply)
}

export const money = (streamId: number, shares: bigint): Frame => ({ type: FrameType.StreamMoney, streamId, shares })

/** A packet of money as the sender sees it. */
export interface PaidPacket {
  readonly amount: bigint
  readonly minimum: bigint
}

/** The Prepares of `side` that carry money, without probes. */
export function paying(pair: Pair, side: Side): PaidPacket[] {
  return pair.sent[side]
    .filter((prepare) => prepare.amount > 0n && isFulfillable(pair, prepare))
    .map((prepare) => ({ amount: prepare.amount, minimum: read(pair, prepare).prepareAmount }))
}

/** The amounts of the Prepares of `side` that nobody can fulfil. */
export function probes(pair: Pair, side: Side): bigint[] {
  return pair.sent[side].filter((prepare) => !isFulfillable(pair, prepare)).map(({ amount }) => amount)
}

export function isFulfillable(pair: Pair, { data, executionCondition }: IlpPrepare): boolean {
  const condition = pair.protection.condition(pair.protection.fulfillment(data))
  return condition.every((byte, i) => byte === executionCondition[i])
}

export const tooLarge = (receivedAmount: bigint, maximumAmount: bigint): { reply: IlpReply } => ({
  reply: reject('F08', encodeAmountTooLarge({ receivedAmount, maximumAmount })),
})

export const refuse = (code: string): { reply: IlpReply } => ({ reply: reject(code) })
