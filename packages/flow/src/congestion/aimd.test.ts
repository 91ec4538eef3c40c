import { describe, expect, it } from 'vitest'
import { FlowUsageError } from '../errors.js'
import { Sender } from '../../test/sender.js'
import { aimd } from './aimd.js'
import { UNLIMITED_AMOUNT } from './controller.js'

const sender = (options = {}): Sender => new Sender(aimd(options)(0))

describe('packets in flight', () => {
  it('begins with 20 packets and no limit of the amount', () => {
    expect(sender().controller.window()).toEqual({ packets: 20, amount: UNLIMITED_AMOUNT })
  })

  it('doubles each round trip until something goes wrong, up to 1000', () => {
    const sent = sender()
    const windows = [1, 2, 3, 4, 5, 6].map(() => sent.deliver(1, 10n).packets)
    expect(windows).toEqual([40, 80, 160, 320, 640, 1000])
  })

  it('halves on a packet nobody answered, and then adds one packet each round trip', () => {
    const sent = sender().send(10n, 20).wait(50).answer('lost')
    expect(sent.packets).toBe(10)
    sent.wait(50).answer('acked', 19)
    const before = sent.packets
    expect(sent.deliver(1, 10n).packets).toBe(before + 1)
    expect(sent.deliver(1, 10n).packets).toBe(before + 2)
  })

  it('halves again only for a packet that left after it halved', () => {
    const sent = sender().send(10n, 20).wait(50).answer('lost', 5)
    expect(sent.packets).toBe(10)
    sent.wait(1).send(10n).wait(50).answer('lost', 15)
    expect(sent.packets).toBe(10)
    expect(sent.answer('lost').packets).toBe(5)
  })

  it('comes back to where it was in slow start after an outage', () => {
    const sent = sender().deliver(3, 10n)
    expect(sent.packets).toBe(160)
    while (sent.packets > 1) sent.send(10n).wait(50).answer('lost')
    expect(sent.deliver(8, 10n).packets).toBeGreaterThanOrEqual(80)
  })

  it('does not grow on a window that is not made use of', () => {
    const sent = sender()
    for (let round = 0; round < 100; round++) sent.send(10n, 5).wait(50).answer('acked', 5)
    expect(sent.packets).toBe(20)
  })

  it('takes one or two refusals in a round trip for chance', () => {
    const sent = sender().send(10n, 20).wait(50).answer('busy', 2)
    expect(sent.packets).toBe(20)
    expect(sent.answer('busy').packets).toBe(16)
  })

  it('takes less than a tenth of many packets for chance, whichever they are', () => {
    const sent = sender({ initialPackets: 100 }).send(10n, 100).wait(50).answer('busy', 9).answer('acked', 91)
    expect(sent.packets).toBeGreaterThanOrEqual(100)
    sent.send(10n, sent.packets).wait(50)
    const before = sent.packets
    expect(sent.answer('busy', Math.ceil(before / 10)).packets).toBe(Math.floor(before * 0.8))
  })

  it('goes down to a single packet when every one is refused, and no further', () => {
    const sent = sender()
    for (let round = 0; round < 100; round++) {
      const count = sent.packets
      sent.send(10n, count).wait(50).answer('busy', count)
    }
    expect(sent.packets).toBe(1)
  })
})

describe('amount in flight', () => {
  it('is cut to half of what was in flight when liquidity first runs out', () => {
    const sent = sender().send(1000n, 20).wait(50).answer('acked', 9).answer('insufficientLiquidity', 11)
    expect(sent.amount).toBe(10_000n)
  })

  it('takes one or two refusals in a round trip for chance', () => {
    const sent = sender().send(1000n, 20).wait(50).answer('insufficientLiquidity', 2)
    expect(sent.amount).toBe(UNLIMITED_AMOUNT)
    expect(sent.answer('insufficientLiquidity').amount).toBe(10_000n)
  })

  it('leaves the packets alone', () => {
    expect(sender().send(1000n, 20).wait(50).answer('insufficientLiquidity', 20).packets).toBe(20)
  })

  it('halves a single packet until it passes, and comes back near what was refused', () => {
    const limit = 1000n
    const sent = sender()
    let amount = 1_000_000n
    let refusals = 0
    for (let round = 0; round < 60; round++) {
      amount = sent.amount < amount ? sent.amount : amount
      const passes = amount <= limit
      if (!passes) refusals += 1
      sent
        .send(amount)
        .wait(50)
        .answer(passes ? 'acked' : 'insufficientLiquidity')
      if (passes) amount = 1_000_000n
    }
    expect(refusals).toBeLessThan(16)
    expect(sent.amount).toBeGreaterThan((limit * 7n) / 10n)
    expect(sent.amount).toBeLessThan((limit * 13n) / 10n)
  })

  it('finds its way up again when there is liquidity, from one unit to no limit at all', () => {
    const sent = sender({ maxPackets: 100 }).send(1000n)
    while (sent.amount > 1n) sent.wait(50).answer('insufficientLiquidity').send(sent.amount)
    sent.wait(50).answer('acked')
    for (let round = 0; round < 300; round++) sent.send(sent.amount).wait(50).answer('acked')
    expect(sent.amount).toBe(UNLIMITED_AMOUNT)
  })

  it('does not grow on a window that is not made use of', () => {
    const sent = sender().send(1000n, 20).wait(50).answer('insufficientLiquidity', 3).answer('acked', 17)
    const before = sent.amount
    for (let round = 0; round < 100; round++) sent.send(1000n).wait(50).answer('acked')
    expect(sent.amount).toBe(before)
  })

  it('adds fractions of a packet near the amount that was refused, and more the longer nothing is', () => {
    const sent = sender({ initialPackets: 40 }).send(1000n, 16).wait(50).answer('insufficientLiquidity', 16)
    sent.deliver(40, 1000n)
    const growth = [1, 2, 3].map(() => {
      const before = sent.amount
      sent.deliver(16, 1000n)
      return sent.amount - before
    })
    expect(growth[0]).toBeLessThan(16n * 1000n)
    expect(growth[1]).toBeGreaterThan(growth[0]!)
    expect(growth[2]).toBeGreaterThan(growth[1]!)
  })

  it('never falls below the amount it was told to keep', () => {
    const sent = sender({ minAmount: 500n }).send(10_000n)
    for (let round = 0; round < 50; round++) sent.wait(50).answer('insufficientLiquidity').send(sent.amount)
    expect(sent.amount).toBe(500n)
  })

  it('is not blamed for a packet that carries no money', () => {
    const sent = sender().send(0n, 20).wait(50).answer('insufficientLiquidity', 20)
    expect(sent.amount).toBe(UNLIMITED_AMOUNT)
    expect(sent.packets).toBe(16)
  })
})

describe('a new path', () => {
  it('is not judged by the packets of the old one', () => {
    const sent = sender().send(1000n, 20).wait(50)
    sent.controller.onPathChanged(sent.now)
    sent.answer('lost', 5).answer('insufficientLiquidity', 5).answer('acked', 10)
    expect(sent.controller.window()).toEqual({ packets: 20, amount: UNLIMITED_AMOUNT })
  })
})

it('reports its windows and thresholds', () => {
  const sent = sender().send(1000n, 20).wait(50).answer('insufficientLiquidity', 3).answer('lost')
  expect(sent.controller.metrics()).toEqual({
    packetWindow: 10,
    packetThreshold: 10,
    amountWindow: 10_000n,
    refusedAmount: 17_500n,
  })
})

it.each([
  { initialPackets: 0 },
  { initialPackets: 2.5 },
  { initialPackets: 10, maxPackets: 9 },
  { minAmount: 0n },
  { minAmount: UNLIMITED_AMOUNT + 1n },
])('refuses the options %o', (options) => {
  expect(() => aimd(options)).toThrow(FlowUsageError)
})

it('takes an initial window above the usual maximum for the maximum', () => {
  const sent = sender({ initialPackets: 2000 })
  expect(sent.deliver(1, 1n).packets).toBe(2000)
})
