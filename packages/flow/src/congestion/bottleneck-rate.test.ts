import { describe, expect, it } from 'vitest'
import { FlowUsageError } from '../errors.js'
import { Sender } from '../../test/sender.js'
import { bottleneckRate, type BottleneckRateOptions } from './bottleneck-rate.js'
import { CarriedRate } from './carried-rate.js'
import { UNLIMITED_AMOUNT } from './controller.js'
import { DeliveryRate } from './delivery-rate.js'
import { Dither } from './dither.js'

const sender = (options: BottleneckRateOptions = {}): Sender => new Sender(bottleneckRate(options)(0))

describe('bottleneckRate', () => {
  it('begins like aimd: 20 packets at once, of any amount', () => {
    expect(sender().controller.window()).toEqual({ packets: 20, amount: UNLIMITED_AMOUNT })
    expect(sender().send(1000n, 20).controller.nextSendTime(0)).toBe(0)
  })

  it('takes one or two refusals in a round trip for chance', () => {
    const sent = sender().send(1000n, 20).wait(50).answer('acked', 10).answer('insufficientLiquidity', 2)
    expect(sent.amount).toBe(UNLIMITED_AMOUNT)
    expect(sent.answer('insufficientLiquidity').amount).toBeLessThan(UNLIMITED_AMOUNT)
  })

  it('takes what passed of the first burst for what comes in within a tenth of a second', () => {
    const sent = sender().send(1000n, 20).wait(50).answer('acked', 10).answer('insufficientLiquidity', 10)
    // Ten packets of 1000.
    expect(sent.controller.metrics()['amountRate']).toBe(100_000)
    expect(sent.amount).toBe(10_000n)
    const begin = sent.now
    for (let count = 0; count < 100; count++) {
      sent.now = sent.controller.nextSendTime(sent.now)
      sent.send(1000n)
    }
    expect(sent.now - begin).toBeGreaterThan(900)
    expect(sent.now - begin).toBeLessThan(1100)
  })

  it('sends at what was delivered in the first round trip where that takes longer', () => {
    const sent = sender().send(1000n, 20).wait(200).answer('acked', 10).answer('insufficientLiquidity', 10)
    expect(sent.controller.metrics()['amountRate']).toBe(50_000)
  })

  it('sends less than what passes of an empty bucket, at once', () => {
    const sent = sender().send(1000n, 40).wait(50).answer('acked', 10).answer('insufficientLiquidity', 30)
    for (let round = 0; round < 2; round++) {
      sent.send(1000n, 9).wait(200).answer('acked', 5).answer('insufficientLiquidity', 4)
    }
    // Five packets of 1000 passed in 200 ms.
    expect(sent.controller.metrics()['amountRate']).toBe(25_000 * 0.85)
  })

  it('grows no faster in a second where round trips are shorter than 50 ms', () => {
    const grownIn = (rtt: number) => {
      const sent = sender().send(1000n, 20).wait(rtt).answer('acked', 10).answer('insufficientLiquidity', 10)
      for (let now = 0; now < 1000; now += rtt)
        sent
          .send(1000n, rtt / 5)
          .wait(rtt)
          .answer('acked', rtt / 5, rtt)
      return Number(sent.controller.metrics()['amountRate'])
    }
    expect(grownIn(10) / grownIn(50)).toBeCloseTo(1, 1)
  })

  it('spreads packets by the random numbers it is given', () => {
    const spread = (random: () => number) => {
      const sent = sender({ random }).send(1000n, 20).wait(50).answer('acked', 10).answer('insufficientLiquidity', 10)
      sent.wait(1000).send(1000n, 2)
      return sent.controller.nextSendTime(sent.now) - sent.now
    }
    expect(spread(() => 0)).toBeLessThan(spread(() => 0.99))
  })

  it('takes no work of the programs at its ends for a queue of the path', () => {
    const afterBursts = (roundTrip: number) => {
      const sent = sender()
      for (let round = 0; round < 20; round++) sent.send(1000n).wait(roundTrip).answer('acked', 1, roundTrip)
      for (let round = 0; round < 5; round++)
        sent
          .send(1000n, 20)
          .wait(roundTrip + 30)
          .answer('acked', 20, roundTrip)
      return sent.amount
    }
    expect(afterBursts(0.1)).toBe(2n ** 64n - 1n)
    expect(afterBursts(3)).toBeLessThan(1_000_000n)
  })

  it('keeps up with what passes again without waiting', () => {
    const rate = (sent: Sender) => Number(sent.controller.metrics()['amountRate'])
    const bursts = (sent: Sender, count: number, roundTrip: number) => {
      for (let i = 0; i < count; i++) sent.send(1000n, 20).wait(roundTrip).answer('acked', 20, roundTrip)
      return sent
    }
    const slow = bursts(bursts(sender(), 5, 10), 5, 40)
    // Twenty packets of 1000 in 40 ms, less a part of it.
    expect(rate(slow)).toBeLessThan(500_000)
    expect(rate(bursts(slow, 3, 10))).toBeGreaterThanOrEqual(1_700_000)
  })

  it('takes no lateness of its own for a queue', () => {
    const delayed = (isHeld: boolean) => {
      const sent = sender({ maxPackets: 80 })
      for (let i = 0; i < 5; i++) sent.send(1000n, 40).wait(10).answer('acked', 40, 10)
      for (let i = 0; i < 5; i++) {
        sent.send(1000n, 80)
        // Told to wait for its pace, and not heard of again before the answers came.
        if (isHeld) expect(sent.controller.nextSendTime(sent.now)).toBeGreaterThan(sent.now)
        sent.wait(40).answer('acked', 80, 10)
      }
      return sent
    }
    expect(delayed(false).amount).toBeLessThan(4_000_000n)
    const late = delayed(true)
    expect(late.amount).toBe(UNLIMITED_AMOUNT)
    // What then waits although nobody was late is a queue.
    for (let i = 0; i < 5; i++) late.send(1000n, 80).wait(40).answer('acked', 80, 10)
    expect(late.amount).toBeLessThan(4_000_000n)
  })

  it('takes no burst of a path that refuses for what it carries', () => {
    const sent = sender().send(1000n, 20).wait(50).answer('acked', 10).answer('insufficientLiquidity', 10)
    for (let i = 0; i < 3; i++) sent.send(1000n, 20).wait(10).answer('acked', 20, 10)
    expect(sent.controller.metrics()['amountRate']).toBeLessThan(400_000)
  })

  it('never waits longer than a second for the next packet', () => {
    const sent = sender().send(1_000_000n, 20).wait(50).answer('insufficientLiquidity', 20)
    for (let count = 0; count < 100; count++) sent.send(1_000_000n).wait(50).answer('insufficientLiquidity')
    sent.now = sent.controller.nextSendTime(sent.now)
    sent.send(1_000_000n)
    expect(sent.controller.nextSendTime(sent.now) - sent.now).toBeLessThanOrEqual(1500)
  })

  it('is not judged by the packets of an old path', () => {
    const sent = sender().send(1000n, 20).wait(50)
    sent.controller.onPathChanged(sent.now)
    sent.answer('lost', 5).answer('insufficientLiquidity', 5).answer('acked', 10)
    expect(sent.controller.window()).toEqual({ packets: 20, amount: UNLIMITED_AMOUNT })
  })

  it('is not blamed for want of liquidity by packets without money', () => {
    const sent = sender().send(0n, 20).wait(50).answer('insufficientLiquidity', 20)
    expect(sent.amount).toBe(UNLIMITED_AMOUNT)
    expect(sent.controller.metrics()['packetRate']).toBeLessThan(1000)
  })

  it.each([{ initialPackets: 0 }, { maxPackets: 19 }, { initialPackets: 1.5 }])('refuses the options %o', (options) => {
    expect(() => bottleneckRate(options)).toThrow(FlowUsageError)
  })

  it('refuses random numbers that are no function', () => {
    expect(() => bottleneckRate({ random: 0.5 as unknown as () => number })).toThrow(FlowUsageError)
  })
})

describe('the carried rate', () => {
  /** Ten packets of 1000 between refusals that are so many milliseconds apart. */
  function refusedAfter(...gaps: number[]): CarriedRate {
    const carried = new CarriedRate()
    let now = 0
    carried.onRefused(now, 50)
    for (const gap of gaps) {
      for (let packet = 0; packet < 10; packet++) carried.onDelivered(1000)
      carried.onRefused((now += gap), 50)
    }
    return carried
  }

  it('is what was delivered between two refusals, and steady for a lone payer', () => {
    const carried = refusedAfter(...Array<number>(100).fill(100))
    expect(carried.perSecond).toBeCloseTo(100_000)
    expect(carried.deviation).toBeLessThan(0.01)
  })

  it('differs from time to time where the bucket is shared', () => {
    const carried = refusedAfter(...Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? 60 : 140)))
    expect(carried.deviation).toBeGreaterThan(0.2)
  })

  it('is not known before the second refusal, nor from refusals within a round trip', () => {
    expect(refusedAfter().isKnown).toBe(false)
    expect(refusedAfter(49).isKnown).toBe(false)
    expect(refusedAfter(50).isKnown).toBe(true)
  })

  it('knows of no surplus before it is known, whatever is delivered', () => {
    for (const carried of [refusedAfter(), refusedAfter(49)]) {
      carried.onDelivered(1_000_000)
      expect(carried.surplus(1_000, 0)).toBe(0)
    }
  })

  it('has a surplus when more is delivered than before', () => {
    const carried = refusedAfter(...Array<number>(100).fill(100))
    for (let packet = 0; packet < 5; packet++) carried.onDelivered(1000)
    expect(carried.surplus(10_000 + 50, 0)).toBeCloseTo(0)
    carried.onDelivered(1000)
    expect(carried.surplus(10_000 + 50, 0)).toBeCloseTo(1000)
  })
})

describe('the delivery rate', () => {
  it('is counted over round trips, each until a packet is answered that left after it began', () => {
    const delivery = new DeliveryRate()
    expect(delivery.onDelivered(50, { sentAt: 0, amount: 10n }, 10)).toBeUndefined()
    expect(delivery.onDelivered(60, { sentAt: 10, amount: 10n }, 10)).toBeUndefined()
    delivery.onRefused(70, { sentAt: 20, amount: 10n })
    expect(delivery.refused).toBe(1)
    expect(delivery.onDelivered(100, { sentAt: 50, amount: 10n }, 10)).toEqual({
      perMilli: 30 / 50,
      packets: 3,
      refused: 1,
      leastRtt: 50,
    })
    delivery.onRefused(110, { sentAt: 60, amount: 10n })
    expect(delivery.refused).toBe(1)
  })

  it('is without bound until a round trip is over, and that of the last few then', () => {
    const delivery = new DeliveryRate()
    expect(delivery.recentPerMilli).toBe(Infinity)
    delivery.onDelivered(50, { sentAt: 0, amount: 10n }, 10)
    expect(delivery.recentPerMilli).toBe(Infinity)
    delivery.onDelivered(100, { sentAt: 50, amount: 10n }, 10)
    const first = delivery.recentPerMilli
    expect(first).toBeCloseTo(20 / 50)
    for (let round = 2; round < 40; round++)
      delivery.onDelivered(round * 50, { sentAt: round * 50 - 50, amount: 1n }, 1)
    expect(delivery.recentPerMilli).toBeCloseTo(1 / 50)
  })

  it('measures the least round trip anew after ten seconds', () => {
    const delivery = new DeliveryRate()
    delivery.onDelivered(20, { sentAt: 0, amount: 1n }, 1)
    delivery.onDelivered(1050, { sentAt: 1000, amount: 1n }, 1)
    expect(delivery.leastRtt).toBe(20)
    delivery.onDelivered(11_050, { sentAt: 11_000, amount: 1n }, 1)
    expect(delivery.leastRtt).toBe(50)
  })
})

describe('dither', () => {
  it('keeps to a half around one, and to one on average', () => {
    const dither = new Dither()
    const factors = Array.from({ length: 1000 }, () => dither.next())
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.5)
    expect(Math.max(...factors)).toBeLessThan(1.5)
    expect(factors.reduce((sum, factor) => sum + factor, 0) / 1000).toBeCloseTo(1)
  })

  it('goes another way once something was refused', () => {
    const [one, other] = [new Dither(), new Dither()]
    expect(one.next()).toBe(other.next())
    one.onRefused()
    expect(one.next()).not.toBe(other.next())
  })
})
