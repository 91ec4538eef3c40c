import { encodeAmountTooLarge, type IlpReject } from '@stream/frames/ilp'
import type { Random } from '../random.js'

const MAX_UINT64 = 2n ** 64n - 1n
const NO_DATA = new Uint8Array(0)

/** What the maker of a false reject knows of the packet it answers. */
export interface RejectedPacket {
  readonly amount: bigint
  /** An envelope of another packet, when one has come by. */
  readonly otherEnvelope: Uint8Array | undefined
}

/** A connector's word that is not true: any code, and data that is right, missing, garbage, replayed or made to hurt. */
export function forgedReject(
  random: Random,
  code: string,
  packet: RejectedPacket,
): { readonly reject: IlpReject; readonly label: string } {
  const [label, data] = code === 'F08' ? tooLargeData(random, packet.amount) : otherData(random, packet)
  const triggeredBy = random.chance(0.9) ? 'test.adversary' : ''
  const message = random.chance(0.9) ? '' : 'no'.repeat(random.integer(40))
  return { reject: { type: 'reject', code, triggeredBy, message, data }, label: `${code} ${label}` }
}

function tooLargeData(random: Random, amount: bigint): [string, Uint8Array] {
  const figures = (label: string, receivedAmount: bigint, maximumAmount: bigint): [string, Uint8Array] => [
    label,
    encodeAmountTooLarge({ receivedAmount, maximumAmount }),
  ]
  switch (random.integer(9)) {
    case 0:
      return ['empty', NO_DATA]
    case 1:
      return ['garbage', random.bytes(random.integer(40))]
    case 2:
      return figures('maximum 0', amount, 0n)
    case 3:
      return figures('maximum 1', amount, 1n)
    case 4:
      return figures('maximum above received', amount, amount + 1n + BigInt(random.integer(1000)))
    case 5:
      return figures('maximum 2^64-1', amount, MAX_UINT64)
    case 6:
      return figures('received 0', 0n, 1n)
    case 7:
      return figures('received 2^64-1', MAX_UINT64, BigInt(random.integer(2)))
    default:
      return figures('honest', amount, (amount * BigInt(50 + random.integer(50))) / 100n)
  }
}

function otherData(random: Random, { otherEnvelope }: RejectedPacket): [string, Uint8Array] {
  switch (random.integer(3)) {
    case 0:
      return ['garbage', random.bytes(1 + random.integer(80))]
    case 1:
      return otherEnvelope === undefined ? ['empty', NO_DATA] : ['replayed', otherEnvelope]
    default:
      return ['empty', NO_DATA]
  }
}
