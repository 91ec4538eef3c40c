import { describe, expect, it } from 'vitest'
import { FlowUsageError } from '../errors.js'
import { Sender } from '../../test/sender.js'
import { UNLIMITED_AMOUNT } from './controller.js'
import { cubic } from './cubic.js'
import { CubicWindow } from './cubic-window.js'

const sender = (options = {}): Sender => new Sender(cubic(options)(0))

describe('the curve of RFC 9438', () => {
  /** Windows at the end of each second, at a round trip of 100 ms, after a loss at 1000 segments. */
  function seconds(count: number, segment = 1): number[] {
    const window = new CubicWindow(1000 * segment, 1, Infinity)
    window.onCongestion(0, 0, { packets: 0, amount: 0n }, 1000 * segment, segment)
    const sizes: number[] = []
    for (let round = 1; round <= count * 10; round++) {
      const now = round * 100
      const acks = Math.floor(window.size / segment)
      for (let ack = 0; ack < acks; ack++) {
        window.onAcked({ now, sentAt: now - 100, acked: segment, segment, smoothedRtt: 100, isUsed: true })
      }
      if (round % 10 === 0) sizes.push(window.size / segment)
    }
    return sizes
  }

  it('leaves seven tenths, is back after K seconds, and rises ever faster from there', () => {
    const sizes = seconds(15)
    // K is the cube root of 0.3 * 1000 / 0.4, about 9.09 s; the curve runs from the first answer, 0.1 s in.
    expect(sizes[8]).toBeGreaterThan(995)
    expect(sizes[8]).toBeLessThan(1001)
    // 0.4 * (15 - 9.09)^3 above 1000 after 15 s.
    expect(sizes[14]).toBeCloseTo(1082.6, -1)
    const steps = sizes.slice(1).map((size, index) => size - sizes[index]!)
    expect(steps[0]).toBeGreaterThan(steps[5]!)
    expect(steps[13]).toBeGreaterThan(steps[9]!)
  })

  it('has the same shape in source units, with a packet for a segment', () => {
    const packets = seconds(12)
    const units = seconds(12, 5000)
    for (const [index, size] of units.entries()) expect(size / packets[index]!).toBeCloseTo(1)
  })

  it('aims lower when it is cut below its last peak, for somebody else takes a share', () => {
    const window = new CubicWindow(100, 1, Infinity)
    const nothing = { packets: 0, amount: 0n }
    window.onCongestion(0, 0, nothing, 100, 1)
    expect(window.size).toBeCloseTo(70)
    window.onCongestion(10, 5, nothing, 70, 1)
    expect(window.size).toBeCloseTo(49)
    // The peak is now at 0.85 of 70: half a minute of cubic growth up to it goes slower than back to 70.
    for (let now = 100; now <= 3000; now += 100) {
      for (let ack = 0; ack < 49; ack++) {
        window.onAcked({ now, sentAt: now - 50, acked: 1, segment: 1, smoothedRtt: 50, isUsed: true })
      }
    }
    expect(window.size).toBeGreaterThan(57)
    expect(window.size).toBeLessThan(70)
  })
})

it('doubles each round trip before the first event', () => {
  const sent = sender()
  expect([1, 2, 3].map(() => sent.deliver(1, 10n).packets)).toEqual([40, 80, 160])
})

it.each(['busy', 'lost'] as const)('takes %s for congestion of packets, once in a round trip', (signal) => {
  const sent = sender().send(10n, 20).wait(50).answer(signal, 20)
  expect(sent.controller.window()).toEqual({ packets: 14, amount: UNLIMITED_AMOUNT })
})

it('takes a want of liquidity for congestion of the amount', () => {
  const sent = sender().send(1000n, 20).wait(50).answer('insufficientLiquidity', 20)
  expect(sent.controller.window()).toEqual({ packets: 20, amount: 14_000n })
})

it('takes it for congestion of packets when they carry no money', () => {
  const sent = sender().send(0n, 20).wait(50).answer('insufficientLiquidity', 20)
  expect(sent.controller.window()).toEqual({ packets: 14, amount: UNLIMITED_AMOUNT })
})

it('does not grow on a window that is not made use of', () => {
  const sent = sender().send(1000n, 20).wait(50).answer('insufficientLiquidity', 20)
  for (let round = 0; round < 200; round++) sent.send(1000n).wait(50).answer('acked')
  expect(sent.controller.window()).toEqual({ packets: 20, amount: 14_000n })
})

it('reports its windows', () => {
  const sent = sender().send(1000n, 20).wait(50).answer('lost', 20)
  expect(sent.controller.metrics()).toEqual({ packetWindow: 14, packetThreshold: 14, amountWindow: UNLIMITED_AMOUNT })
})

it.each([{ initialPackets: 0 }, { initialPackets: 10, maxPackets: 9 }, { minAmount: 0n }])(
  'refuses the options %o',
  (options) => {
    expect(() => cubic(options)).toThrow(FlowUsageError)
  },
)
