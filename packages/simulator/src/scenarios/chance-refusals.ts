import type { Packet, Tamper } from '../packet.js'
import type { Random } from '../random.js'
import type { ChanceRefusals } from './scenario.js'

const NO_DATA = new Uint8Array(0)

/** Refuses Prepares by chance, as a node with troubles of its own does; replies pass. */
export const chanceRefusals = (random: Random, { probability, codes }: ChanceRefusals): Tamper => {
  return (packet) => {
    if (packet.type === 'reply' || !random.chance(probability)) return [{ packet }]
    const code = codes[random.integer(codes.length)] ?? 'T00'
    const refusal: Packet = {
      type: 'reply',
      id: packet.id,
      reply: { type: 'reject', code, triggeredBy: 'test.chance', message: 'by chance', data: NO_DATA },
    }
    return [{ packet: refusal, back: true }]
  }
}

/** One meddler after the other; what one answers itself the next does not see. Delays add up. */
export const inTurn =
  (first: Tamper, second: Tamper): Tamper =>
  (packet, now) =>
    first(packet, now).flatMap((one) => {
      if (one.back === true) return [one]
      return second(one.packet, now).map((two) => ({ ...two, delay: (one.delay ?? 0) + (two.delay ?? 0) }))
    })
