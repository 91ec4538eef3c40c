import type { IlpFulfill } from '@stream/frames/ilp'
import { expect, test } from 'vitest'
import { adversary, type Mischief } from './adversary.js'
import type { Packet } from './packet.js'
import { seededRandom } from './random.js'

const prepare: Packet = {
  type: 'prepare',
  id: 1,
  prepare: {
    amount: 1000n,
    destination: 'test.bob',
    executionCondition: new Uint8Array(32),
    expiresAt: 5000,
    data: Uint8Array.of(1, 2, 3, 4),
  },
}
const fulfill: IlpFulfill = { type: 'fulfill', fulfillment: new Uint8Array(32), data: Uint8Array.of(5, 6, 7, 8) }
const reply: Packet = { type: 'reply', id: 1, reply: fulfill }

const always = (mischief: Mischief, seed = 1) => adversary(seededRandom(seed), mischief)

const onlyOne = (tampered: ReturnType<ReturnType<typeof adversary>>): Packet => {
  expect(tampered).toHaveLength(1)
  const [first] = tampered
  if (first === undefined) throw new Error('nothing travels on')
  return first.packet
}

test('without mischief packets travel on as they are', () => {
  expect(always({})(prepare, 0)).toEqual([{ packet: prepare, delay: 0 }])
})

test('a withheld packet goes no further', () => {
  expect(always({ withhold: 1 })(prepare, 0)).toEqual([])
})

test('a replay is the same packet once more, later', () => {
  const [first, again] = always({ replay: 1, replayWithin: 10 })(prepare, 0)
  expect(first).toEqual({ packet: prepare, delay: 0 })
  expect(again?.packet).toEqual(prepare)
  expect(again?.delay).toBeGreaterThan(0)
  expect(again?.delay).toBeLessThan(10)
})

test('corruption flips exactly one bit and leaves the original alone', () => {
  for (const packet of [prepare, reply]) {
    const changed = onlyOne(always({ corrupt: 1 })(packet, 0))
    const [before, after] = [packet, changed].map((one) => (one.type === 'prepare' ? one.prepare.data : one.reply.data))
    const bits = [...(before ?? [])].reduce((sum, byte, i) => {
      const differing = byte ^ (after?.[i] ?? 0)
      return sum + differing.toString(2).replaceAll('0', '').length
    }, 0)
    expect(bits).toBe(1)
  }
  expect(onlyOne(always({ strip: 1, corrupt: 1 })(prepare, 0))).toMatchObject({ prepare: { data: new Uint8Array(0) } })
})

test('swapped data is that of an earlier packet of the same type', () => {
  const tamper = always({ swap: 1 })
  expect(onlyOne(tamper(prepare, 0))).toEqual(prepare)
  tamper(reply, 0)
  const other: Packet = { ...prepare, prepare: { ...prepare.prepare, data: Uint8Array.of(9) } }
  expect(onlyOne(tamper(other, 0))).toEqual(prepare)
})

test('a shortchanged Prepare carries less on, and one of amount 0 is left alone', () => {
  const amounts = new Set<bigint>()
  const tamper = always({ shortchange: 1 })
  for (let i = 0; i < 50; i++) {
    const packet = onlyOne(tamper(prepare, 0))
    if (packet.type === 'prepare') amounts.add(packet.prepare.amount)
  }
  expect([...amounts].every((amount) => amount >= 0n && amount < 1000n)).toBe(true)
  expect(amounts.has(0n) && amounts.has(999n) && amounts.size > 2).toBe(true)
  const nothing: Packet = { ...prepare, prepare: { ...prepare.prepare, amount: 0n } }
  expect(onlyOne(tamper(nothing, 0))).toEqual(nothing)
})

test('replies are rejected with the codes it was given, or their preimage is replaced', () => {
  expect(onlyOne(always({ reject: 1, rejectCodes: ['T04'] })(reply, 0))).toMatchObject({ reply: { code: 'T04' } })
  const falsified = onlyOne(always({ falsifyPreimage: 1 })(reply, 0))
  expect(falsified).toMatchObject({ reply: { type: 'fulfill', data: fulfill.data } })
  expect(falsified).not.toEqual(reply)
  expect(onlyOne(always({ reject: 1, falsifyPreimage: 1 })(prepare, 0))).toEqual(prepare)
})

test('a delay stays within its bound', () => {
  const [late] = always({ delay: 1, delayWithin: 30 })(prepare, 0)
  expect(late?.packet).toEqual(prepare)
  expect(late?.delay).toBeGreaterThan(0)
  expect(late?.delay).toBeLessThan(30)
})

test('the same seed plays the same tricks', () => {
  const tricks = (seed: number) => {
    const tamper = always({ withhold: 0.2, corrupt: 0.3, replay: 0.3, delay: 0.3 }, seed)
    return Array.from({ length: 50 }, () => tamper(prepare, 0))
  }
  expect(tricks(4)).toEqual(tricks(4))
  expect(tricks(4)).not.toEqual(tricks(5))
})

test('a chance above 1 is refused', () => {
  expect(() => always({ corrupt: 1.5 })).toThrow('corrupt is 1.5; expected a probability from 0 to 1')
})
