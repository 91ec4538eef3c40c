import { encodePacket, IlpPacketType, type Frame } from '@stream/frames'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import { reject, type Pair } from './pair.js'
import { read } from './wire.js'

export interface Answer {
  readonly kind?: 'fulfill' | 'reject'
  /** What the STREAM packet inside says it is; as the reply unless given. */
  readonly ilpPacketType?: 12 | 13 | 14
  /** That of the Prepare unless given. */
  readonly sequence?: number
  readonly arrived?: bigint
  readonly frames?: readonly Frame[]
}

/** What the holder of the keys could answer to a Prepare. */
export function answerTo(pair: Pair, prepare: IlpPrepare, answer: Answer = {}): IlpReply {
  const { kind = 'fulfill', arrived = prepare.amount, frames = [] } = answer
  const ilpPacketType = answer.ilpPacketType ?? (kind === 'fulfill' ? IlpPacketType.Fulfill : IlpPacketType.Reject)
  const sequence = answer.sequence ?? read(pair, prepare).sequence
  const data = pair.protection.seal(encodePacket({ ilpPacketType, sequence, prepareAmount: arrived, frames }))
  if (kind === 'reject') return reject('F99', data)
  return { type: 'fulfill', fulfillment: pair.protection.fulfillment(prepare.data), data }
}
