import type { Duration } from '@stream/flow'
import type { IlpReply } from '@stream/frames/ilp'
import { SimulatorError } from './errors.js'
import type { Packet, Tamper, Tampered } from './packet.js'
import type { Random } from './random.js'

/** What an adversary on the path does, each with a probability from 0 to 1 per packet. Default 0. */
export interface Mischief {
  /** The packet goes no further. */
  readonly withhold?: number
  /** The same bytes come again, up to `replayWithin` later. */
  readonly replay?: number
  /** Milliseconds. Default 60 000: twice the usual life of a Prepare. */
  readonly replayWithin?: Duration
  /** One bit of the data is flipped. */
  readonly corrupt?: number
  /** The data is taken out. */
  readonly strip?: number
  /** The data of an earlier packet of the same type takes the place of its own. */
  readonly swap?: number
  /** A Prepare carries less on: nothing, one unit less, or something between. */
  readonly shortchange?: number
  /** A Fulfill gets another preimage. */
  readonly falsifyPreimage?: number
  /** A Reject of the adversary's making takes the place of a reply, with a code out of `rejectCodes`. */
  readonly reject?: number
  readonly rejectCodes?: readonly string[]
  /** The packet comes up to this many milliseconds later. Default 1000. */
  readonly delay?: number
  readonly delayWithin?: Duration
}

const DEFAULT_CODES = ['F00', 'F02', 'F05', 'F06', 'F08', 'F99', 'T00', 'T04', 'T99', 'R00', 'R01']
const EARLIER_KEPT = 16
const NO_DATA = new Uint8Array(0)

const dataOf = (packet: Packet): Uint8Array => (packet.type === 'prepare' ? packet.prepare.data : packet.reply.data)

const withData = (packet: Packet, data: Uint8Array): Packet =>
  packet.type === 'prepare'
    ? { ...packet, prepare: { ...packet.prepare, data } }
    : { ...packet, reply: { ...packet.reply, data } }

const flipBit = (data: Uint8Array, random: Random): Uint8Array => {
  const changed = data.slice()
  const at = random.integer(changed.length)
  changed[at] = (changed[at] ?? 0) ^ (1 << random.integer(8))
  return changed
}

/** An adversary that sits on one direction of a link and knows no keys. Give it as `tamper` of a link. */
export const adversary = (random: Random, mischief: Mischief): Tamper => {
  const { replayWithin = 60_000, delayWithin = 1000, rejectCodes = DEFAULT_CODES, ...chances } = mischief
  for (const [name, chance] of Object.entries(chances)) {
    if (!(chance >= 0 && chance <= 1)) throw new SimulatorError(name, chance, 'a probability from 0 to 1')
  }
  const happens = (name: keyof typeof chances): boolean => random.chance(chances[name] ?? 0)
  const earlier = { prepare: [] as Uint8Array[], reply: [] as Uint8Array[] }

  const changeData = (packet: Packet): Packet => {
    const seen = earlier[packet.type]
    const data = dataOf(packet)
    const other = seen[random.integer(Math.max(1, seen.length))]
    seen.push(data)
    if (seen.length > EARLIER_KEPT) seen.shift()
    if (happens('strip')) return withData(packet, NO_DATA)
    if (happens('swap') && other !== undefined) return withData(packet, other)
    return happens('corrupt') && data.length > 0 ? withData(packet, flipBit(data, random)) : packet
  }

  const changeReply = (reply: IlpReply): IlpReply => {
    if (happens('reject')) {
      const code = rejectCodes[random.integer(rejectCodes.length)] ?? 'F99'
      const data = random.bytes(random.integer(2) * 16) // For an F08: no amounts, or amounts made up.
      return { type: 'reject', code, triggeredBy: 'test.adversary', message: '', data }
    }
    if (reply.type === 'fulfill' && happens('falsifyPreimage')) return { ...reply, fulfillment: random.bytes(32) }
    return reply
  }

  const change = (packet: Packet): Packet => {
    if (packet.type === 'reply') return { ...packet, reply: changeReply(packet.reply) }
    const { prepare } = packet
    if (prepare.amount === 0n || !happens('shortchange')) return packet
    const amounts = [0n, prepare.amount - 1n, BigInt(random.integer(2 ** 30)) % prepare.amount]
    return { ...packet, prepare: { ...prepare, amount: amounts[random.integer(amounts.length)] ?? 0n } }
  }

  return (packet): readonly Tampered[] => {
    const copies: Tampered[] = []
    const changed = change(changeData(packet))
    if (!happens('withhold'))
      copies.push({ packet: changed, delay: happens('delay') ? random.between(0, delayWithin) : 0 })
    if (happens('replay')) copies.push({ packet, delay: random.between(0, replayWithin) })
    return copies
  }
}
