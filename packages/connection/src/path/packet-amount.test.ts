import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PacketAmount } from './packet-amount.js'

const MAX_UINT64 = 2n ** 64n - 1n

/** Sends full packets over a path with a maximum; returns how many were refused. */
const send = (
  packetAmount: PacketAmount,
  { packets, pathMaximum, states }: { packets: number; pathMaximum: bigint; states: boolean },
): number => {
  let refused = 0
  for (let i = 0; i < packets; i++) {
    const amount = packetAmount.limit
    packetAmount.onSent(amount)
    if (amount <= pathMaximum) packetAmount.onDelivered(amount)
    else {
      refused++
      packetAmount.onTooLarge(amount, states ? pathMaximum : undefined, 1n)
    }
  }
  return refused
}

const deliver = (packetAmount: PacketAmount): void => {
  const amount = packetAmount.limit
  packetAmount.onSent(amount)
  packetAmount.onDelivered(amount)
}

describe('PacketAmount', () => {
  it('starts at the caller’s maximum and stays there while nothing is refused', () => {
    const packetAmount = new PacketAmount(1000n)
    packetAmount.onDelivered(1000n)
    expect(packetAmount.limit).toBe(1000n)
  })

  it('looks further where no amount within a tenth more would deliver whole units', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    packetAmount.onTooLarge(300n, 129n, 129n)
    packetAmount.onDelivered(129n)
    packetAmount.onSent(247n)
    packetAmount.onTooLarge(247n, 200n, 129n)
    // Only 129 and 247 deliver whole units, and the path carries 300 by now.
    for (let packet = 0; packet < 500; packet++) {
      const amount = packetAmount.limit >= 247n ? 247n : 129n
      packetAmount.onSent(amount)
      packetAmount.onDelivered(amount)
    }
    expect(packetAmount.limit).toBeGreaterThanOrEqual(247n)
  })

  it('takes over what an F08 states', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    packetAmount.onTooLarge(1_000_000n, 3456n, 1n)
    expect(packetAmount.limit).toBe(3456n)
  })

  it('halves when an F08 states nothing', () => {
    const packetAmount = new PacketAmount(1_000_000n)
    packetAmount.onTooLarge(1_000_000n, undefined, 1n)
    expect(packetAmount.limit).toBe(500_000n)
    packetAmount.onTooLarge(500_000n, undefined, 1n)
    expect(packetAmount.limit).toBe(250_000n)
  })

  it('tries a whole unit more where a tenth of the limit is less than one', () => {
    const packetAmount = new PacketAmount(1_000n)
    send(packetAmount, { packets: 40, pathMaximum: 5n, states: true })
    const limits = Array.from({ length: 40 }, () => {
      const { limit } = packetAmount
      send(packetAmount, { packets: 1, pathMaximum: 5n, states: true })
      return limit
    })
    expect(new Set(limits)).toEqual(new Set([5n, 6n]))
    expect(limits.filter((limit) => limit === 6n).length).toBeLessThanOrEqual(3)
  })

  it('is settled at once by an F08 that leaves less than twice of what has passed', () => {
    const packetAmount = new PacketAmount(1_000n)
    packetAmount.onDelivered(100n)
    packetAmount.onTooLarge(1_000n, 150n, 1n)
    expect(packetAmount.limit).toBe(150n)
    // It is not doubled when 150 passes, but tried by a tenth now and then.
    const limits = Array.from({ length: 12 }, () => {
      const { limit } = packetAmount
      deliver(packetAmount)
      return limit
    })
    expect(Math.max(...limits.map(Number))).toBe(165)
  })

  it('takes a stated maximum that did not hold the packet back for no statement', () => {
    const packetAmount = new PacketAmount(1000n)
    packetAmount.onTooLarge(1000n, 1000n, 1n)
    expect(packetAmount.limit).toBe(500n)
    packetAmount.onTooLarge(500n, MAX_UINT64, 1n)
    expect(packetAmount.limit).toBe(250n)
  })

  it('is lowered once by a burst of packets that were all too large', () => {
    const packetAmount = new PacketAmount(1000n)
    for (let i = 0; i < 20; i++) packetAmount.onTooLarge(1000n, undefined, 1n)
    expect(packetAmount.limit).toBe(500n)
    for (let i = 0; i < 20; i++) packetAmount.onTooLarge(1000n, 700n, 1n)
    expect(packetAmount.limit).toBe(500n)
    packetAmount.onTooLarge(1000n, 300n, 1n)
    expect(packetAmount.limit).toBe(300n)
  })

  it('does not fall below the smallest amount worth sending, nor below one unit', () => {
    const packetAmount = new PacketAmount(1000n)
    packetAmount.onTooLarge(1000n, 0n, 7n)
    expect(packetAmount.limit).toBe(7n)
    packetAmount.onTooLarge(7n, undefined, 7n)
    expect(packetAmount.limit).toBe(7n)
    packetAmount.onTooLarge(7n, 0n, 0n)
    expect(packetAmount.limit).toBe(1n)
    packetAmount.onTooLarge(1n, undefined, 0n)
    expect(packetAmount.limit).toBe(1n)
  })

  it('never exceeds the caller’s maximum, even when less is not worth sending', () => {
    const packetAmount = new PacketAmount(5n)
    packetAmount.onTooLarge(5n, 1n, 100n)
    expect(packetAmount.limit).toBe(5n)
  })

  it('is back from one unit in a number of packets logarithmic in the limit', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    packetAmount.onTooLarge(1_000_000n, 1n, 1n)
    expect(packetAmount.limit).toBe(1n)
    let packets = 0
    for (; packetAmount.limit < MAX_UINT64; packets++) deliver(packetAmount)
    expect(packets).toBeLessThanOrEqual(64)
  })

  it('is back after lies without end in a bounded number of packets', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    for (let i = 0; i < 10_000; i++) {
      packetAmount.onTooLarge(packetAmount.limit, 1n, 1n)
      deliver(packetAmount)
    }
    let packets = 0
    for (; packetAmount.limit < MAX_UINT64; packets++) deliver(packetAmount)
    expect(packets).toBeLessThan(1024 + 70)
  })

  it('recovers at once from a stated maximum far below what has passed', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    packetAmount.onTooLarge(1_000_000n, 1000n, 1n)
    packetAmount.onDelivered(1000n)
    packetAmount.onTooLarge(2000n, 1n, 1n)
    for (const expected of [2n, 4n, 8n]) {
      packetAmount.onDelivered(packetAmount.limit)
      expect(packetAmount.limit).toBe(expected)
    }
  })

  it('goes on searching where only much smaller amounts are known to pass', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    packetAmount.onDelivered(500n)
    packetAmount.onTooLarge(1_000_000n, undefined, 1n)
    packetAmount.onDelivered(400_000n)
    expect(packetAmount.limit).toBe(1_000_000n)
  })

  it('settles at a stated maximum and tests it ever more rarely', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    const early = send(packetAmount, { packets: 100, pathMaximum: 1000n, states: true })
    expect(early).toBeLessThan(8)
    const late = send(packetAmount, { packets: 20_000, pathMaximum: 1000n, states: true })
    expect(late).toBeLessThan(30)
    expect(packetAmount.limit).toBeGreaterThanOrEqual(1000n)
    expect(packetAmount.limit).toBeLessThanOrEqual(1100n)
  })

  it('comes within a tenth of a maximum that nobody states', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    expect(send(packetAmount, { packets: 2000, pathMaximum: 777_777n, states: false })).toBeLessThan(70)
    send(packetAmount, { packets: 1, pathMaximum: 777_777n, states: false })
    expect(packetAmount.limit).toBeGreaterThan(700_000n)
    expect(packetAmount.limit).toBeLessThan(860_000n)
  })

  it('follows a path that grows', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    send(packetAmount, { packets: 5000, pathMaximum: 1000n, states: true })
    send(packetAmount, { packets: 1200, pathMaximum: 50_000n, states: true })
    expect(packetAmount.limit).toBeGreaterThanOrEqual(50_000n)
  })

  it('follows a path that shrinks below what has passed', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    send(packetAmount, { packets: 500, pathMaximum: 1_000_000n, states: false })
    const refused = send(packetAmount, { packets: 60, pathMaximum: 100n, states: false })
    expect(refused).toBeLessThan(25)
    expect(packetAmount.limit).toBeLessThanOrEqual(200n)
    expect(packetAmount.limit).toBeGreaterThan(50n)
  })

  it('counts packets a little below the limit as tests of it, but not small ones', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    packetAmount.onTooLarge(1_000_000n, 1000n, 1n)
    packetAmount.onDelivered(500n)
    expect(packetAmount.limit).toBe(1000n)
    packetAmount.onDelivered(501n)
    expect(packetAmount.limit).toBe(2000n)
  })

  it('doubles once for a burst that was sent at the old limit', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    packetAmount.onTooLarge(1_000_000n, 1000n, 1n)
    for (let i = 0; i < 20; i++) packetAmount.onDelivered(1000n)
    expect(packetAmount.limit).toBe(2000n)
  })

  it('risks one packet at a time, however many are in flight', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    packetAmount.onTooLarge(1_000_000n, 1000n, 1n)
    packetAmount.onDelivered(1000n)
    packetAmount.onSent(packetAmount.limit)
    expect(packetAmount.limit).toBe(1000n)
    for (let i = 0; i < 50; i++) packetAmount.onDelivered(1000n)
    expect(packetAmount.limit).toBe(1000n)
    packetAmount.onTooLarge(2000n, 1000n, 1n)
    for (let i = 0; i < 8; i++) packetAmount.onDelivered(1000n)
    expect(packetAmount.limit).toBe(1100n)
    packetAmount.onSent(1100n)
    expect(packetAmount.limit).toBe(1000n)
    packetAmount.onOther(1100n)
    expect(packetAmount.limit).toBe(1100n)
  })

  it('tries next what an F08 to a trial states', () => {
    const packetAmount = new PacketAmount(MAX_UINT64)
    packetAmount.onTooLarge(1_000_000n, 1000n, 1n)
    packetAmount.onDelivered(1000n)
    packetAmount.onSent(2000n)
    packetAmount.onTooLarge(2000n, 1500n, 1n)
    expect(packetAmount.limit).toBe(1500n)
  })

  it('forgets the old path', () => {
    const packetAmount = new PacketAmount(5000n)
    packetAmount.onTooLarge(5000n, 10n, 1n)
    packetAmount.reset()
    expect(packetAmount.limit).toBe(5000n)
  })

  it('stays between one unit, the floor and the caller’s maximum whatever the path says (A5)', () => {
    const event = fc.record({
      amount: fc.bigInt(0n, 5000n),
      maximum: fc.option(fc.bigInt(0n, 2n ** 64n), { nil: undefined }),
      delivered: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.bigInt(1n, 4000n),
        fc.bigInt(1n, 100n),
        fc.array(event, { maxLength: 60 }),
        (top, floor, events) => {
          const packetAmount = new PacketAmount(top)
          for (const { amount, maximum, delivered } of events) {
            const before = packetAmount.limit
            if (delivered) packetAmount.onDelivered(amount)
            else packetAmount.onTooLarge(amount, maximum, floor)
            expect(packetAmount.limit).toBeLessThanOrEqual(top)
            expect(packetAmount.limit).toBeGreaterThanOrEqual(floor < top ? floor : top)
            if (!delivered) expect(packetAmount.limit).toBeLessThanOrEqual(before)
          }
        },
      ),
    )
  })
})
