import { describe, expect, it } from 'vitest'
import { FlowUsageError } from '../errors.js'
import { Sender } from '../../test/sender.js'
import type { CongestionController } from './controller.js'
import { fixedWindow } from './fixed-window.js'
import { paced } from './pacer.js'

/** A paced fixed window whose round trip of 100 ms is known, with full credit for a burst. */
function measured(packets: number, options = {}, amount?: bigint): Sender {
  const inner = fixedWindow(amount === undefined ? { packets } : { packets, amount })
  return new Sender(paced(inner, options)(0)).send(1000n).wait(100).answer('acked', 1, 100).wait(1000)
}

/** When each of `count` packets leaves, in milliseconds from now. */
function departures(sent: Sender, count: number, amount = 1000n): number[] {
  const begin = sent.now
  return Array.from({ length: count }, () => {
    sent.now = sent.controller.nextSendTime(sent.now)
    sent.send(amount)
    return sent.now - begin
  })
}

describe('while no round trip is known', () => {
  it('does not hold packets back', () => {
    expect(departures(new Sender(paced(fixedWindow({ packets: 100 }))(0)), 50)).toEqual(Array(50).fill(0))
  })
})

describe('once the round trip is known', () => {
  it('lets a burst of five go, and spreads the rest at 1.25 windows per round trip', () => {
    const times = departures(measured(100), 105)
    expect(times.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
    expect(times[5]).toBeCloseTo(0.8)
    expect(times[104]).toBeCloseTo(80)
  })

  it('goes by the amount when that is what limits the window', () => {
    // 10,000 units are ten packets of 1000, so one leaves each 100 / (10 * 1.25) ms.
    const times = departures(measured(100, { burst: 1 }, 10_000n), 4)
    expect(times).toEqual([0, expect.closeTo(8), expect.closeTo(16), expect.closeTo(24)])
  })

  it('sends a window smaller than one packet once each round trip', () => {
    const times = departures(measured(100, { burst: 1, gain: 1 }, 300n), 3)
    expect(times).toEqual([0, expect.closeTo(100), expect.closeTo(200)])
  })

  it('gains no more than one burst by waiting', () => {
    const sent = measured(10, { burst: 3 })
    departures(sent, 50)
    const times = departures(sent.wait(60_000), 5)
    expect(times.map((time) => time === 0)).toEqual([true, true, true, false, false])
  })

  it('does not fall behind because a timer is late: what is due within 4 ms leaves in one go', () => {
    const sent = measured(100, { burst: 1 })
    departures(sent, 50)
    const times = departures(sent.wait(60_000), 8)
    expect(times.filter((time) => time === 0)).toHaveLength(5)
  })

  it('has what leaves early make up for it later, but no more than one burst', () => {
    const sent = measured(100, { burst: 2 }).send(1000n, 50)
    expect(sent.controller.nextSendTime(sent.now) - sent.now).toBeCloseTo(0.8 * 3)
  })

  it('does not pace a round trip that timers cannot divide', () => {
    const sent = new Sender(paced(fixedWindow({ packets: 100 }))(0)).send(1n).answer('acked', 1, 1.5)
    expect(departures(sent, 50)).toEqual(Array(50).fill(0))
  })

  it.each([NaN, Infinity, -1, 0])('does not pace by a round trip of %d', (smoothedRtt) => {
    const sent = new Sender(paced(fixedWindow({ packets: 100 }), { minRtt: 0 })(0)).send(1n)
    sent.answer('acked', 1, smoothedRtt)
    expect(departures(sent, 50)).toEqual(Array(50).fill(0))
  })

  it('forgets the round trip on a new path', () => {
    const sent = measured(100)
    sent.controller.onPathChanged(sent.now)
    expect(departures(sent, 50)).toEqual(Array(50).fill(0))
  })
})

describe('the controller inside', () => {
  it('hears everything, and its own time to send is kept', () => {
    const heard: string[] = []
    const inner: CongestionController = {
      window: () => ({ packets: 7, amount: 8n }),
      nextSendTime: (now) => now + 3,
      onPacketSent: () => heard.push('sent'),
      onPacketAcked: () => heard.push('acked'),
      onCongestion: (_now, _packet, _inFlight, signal) => heard.push(signal),
      onAmountRefused: (_now, { amount }) => heard.push(`too large: ${amount}`),
      onPathChanged: () => heard.push('path'),
      metrics: () => ({ inner: 1 }),
    }
    const sent = new Sender(paced(() => inner)(0))
    expect(sent.controller.window()).toEqual({ packets: 7, amount: 8n })
    expect(sent.controller.nextSendTime(10)).toBe(13)
    sent.send(1n, 2).answer('busy').answer('acked')
    expect(sent.controller.nextSendTime(10)).toBe(13)
    expect(sent.controller.metrics()).toMatchObject({ inner: 1, pacingInterval: 50 / (7 * 1.25) })
    sent.controller.onAmountRefused?.(1, { sentAt: 0, amount: 9n }, { amount: 0n, packets: 0 })
    sent.controller.onPathChanged(1)
    expect(heard).toEqual(['sent', 'sent', 'busy', 'acked', 'too large: 9', 'path'])
  })

  it('may have no ear for refused amounts', () => {
    const sent = measured(100)
    const before = sent.controller.metrics()
    sent.controller.onAmountRefused?.(sent.now, { sentAt: 0, amount: 9n }, { amount: 0n, packets: 0 })
    expect(sent.controller.metrics()).toEqual(before)
  })
})

it.each([
  { burst: 0 },
  { burst: 1.5 },
  { gain: 0 },
  { gain: NaN },
  { gain: Infinity },
  { minRtt: -1 },
  { minRtt: NaN },
])('refuses the options %o', (options) => {
  expect(() => paced(fixedWindow(), options)).toThrow(FlowUsageError)
})
