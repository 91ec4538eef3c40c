import { describe, expect, it } from 'vitest'
import { PacketRate } from './packet-rate.js'

const ROUND_TRIP = 50

/** Packets at the pace that the rate asks for, one a millisecond at most; `refuses` says what becomes of each. */
function run(rate: PacketRate, from: number, milliseconds: number, refuses: (index: number) => boolean) {
  let [sent, refused] = [0, 0]
  for (let now = from; now < from + milliseconds; now += Math.max(rate.interval, 1)) {
    const packet = { sentAt: now - ROUND_TRIP, amount: 0n }
    const isRefused = refuses(sent)
    if (isRefused) rate.onRefused(now, packet, { packets: ROUND_TRIP, amount: 0n }, ROUND_TRIP)
    else rate.onAcked(now, packet, ROUND_TRIP)
    sent += 1
    refused += isRefused ? 1 : 0
  }
  return { sent, refused }
}

describe('the packet rate', () => {
  it('is not limited while nothing is refused, nor by a refusal in twenty', () => {
    const rate = new PacketRate()
    run(rate, 0, 2000, (index) => index % 20 === 0)
    expect(rate.perSecond).toBe(Infinity)
    expect(rate.interval).toBe(0)
  })

  it('falls to what passed when a part of the packets is refused that is more than chance', () => {
    const rate = new PacketRate()
    run(rate, 0, 60, (index) => index % 2 === 0)
    // A packet a millisecond was sent, and half of them passed.
    expect(rate.perSecond).toBeGreaterThan(300)
    expect(rate.perSecond).toBeLessThan(700)
  })

  it('falls further when that was not enough, but never to nothing', () => {
    const rate = new PacketRate()
    run(rate, 0, 3_600_000, () => true)
    expect(rate.perSecond).toBe(1)
    expect(rate.interval).toBe(1000)
  })

  it('grows by a part of itself, and ever faster when nothing is refused any more', () => {
    const rate = new PacketRate()
    run(rate, 0, 60, (index) => index % 2 === 0)
    const before = rate.perSecond
    run(rate, 60, 500, () => false)
    const slow = rate.perSecond / before
    expect(slow).toBeGreaterThan(1.01)
    expect(slow).toBeLessThan(1.2)
    run(rate, 560, 5000, () => false)
    expect(rate.perSecond / before).toBeGreaterThan(1.5)
  })

  it('takes the packets of one burst for one event', () => {
    const rate = new PacketRate()
    for (let packet = 0; packet < 30; packet++) {
      rate.onRefused(50, { sentAt: 0, amount: 0n }, { packets: 29 - packet, amount: 0n }, ROUND_TRIP)
    }
    const { perSecond } = rate
    rate.onRefused(60, { sentAt: 10, amount: 0n }, { packets: 5, amount: 0n }, ROUND_TRIP)
    expect(rate.perSecond).toBe(perSecond)
  })
})
