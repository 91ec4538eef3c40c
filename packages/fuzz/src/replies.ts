import { encodePacket } from '@stream/frames'
import { encodeAmountTooLarge, type IlpReject, type IlpReply } from '@stream/frames/ilp'
import type { PacketProtection } from '@stream/crypto'
import { framesFrom } from './frame-grammar.js'
import type { InputReader } from './input-reader.js'
import type { SentPrepare } from './watched-connection.js'

/** Codes that some implementation treats in its own way, and some that nobody knows. */
const CODES = [
  'F00',
  'F02',
  'F05',
  'F06',
  'F08',
  'F99',
  'T00',
  'T01',
  'T03',
  'T04',
  'T05',
  'R00',
  'R01',
  'R02',
  'Z00',
  '',
]

export function rejectWith(code: string, data: Uint8Array = new Uint8Array(0)): IlpReject {
  return { type: 'reject', code, triggeredBy: 'test.connector', message: '', data }
}

/** What a peer with the keys says: usually about this packet, sometimes about another or in the wrong place. */
function sealedAnswer(reader: InputReader, protection: PacketProtection, sent: SentPrepare, type: 13 | 14): Uint8Array {
  const isOdd = reader.once(8)
  return protection.seal(
    encodePacket({
      ilpPacketType: isOdd ? reader.pick([12, 13, 14] as const) : type,
      sequence: isOdd ? reader.position() : sent.sequence,
      prepareAmount: reader.once(3) ? reader.amount() : sent.prepare.amount,
      frames: framesFrom(reader, 4),
    }),
  )
}

function dataFrom(reader: InputReader, protection: PacketProtection, sent: SentPrepare, type: 13 | 14): Uint8Array {
  switch (reader.upTo(5)) {
    case 0:
      return new Uint8Array(0)
    case 1:
      return reader.bytes(reader.upTo(60))
    case 2: // authenticated, but no packet
      return protection.seal(reader.bytes(reader.upTo(60)))
    default:
      return sealedAnswer(reader, protection, sent, type)
  }
}

/** Any reply that a path or a peer may give to a Prepare. */
export function replyFrom(reader: InputReader, protection: PacketProtection, sent: SentPrepare): IlpReply {
  if (reader.upTo(2) > 0) {
    const isWrong = reader.once(8)
    const fulfillment = isWrong ? new Uint8Array(32) : protection.fulfillment(sent.prepare.data)
    return { type: 'fulfill', fulfillment, data: dataFrom(reader, protection, sent, 13) }
  }
  const code = reader.pick(CODES)
  if (code === 'F08' && reader.once(2)) {
    const amounts = { receivedAmount: reader.amount(), maximumAmount: reader.amount() }
    return rejectWith(code, encodeAmountTooLarge(amounts))
  }
  return rejectWith(code, dataFrom(reader, protection, sent, 14))
}
