import { expect, it } from 'vitest'
import { FlowUsageError } from '../errors.js'
import { Sender } from '../../test/sender.js'
import { UNLIMITED_AMOUNT } from './controller.js'
import { fixedRate, type FixedRateOptions } from './fixed-rate.js'

/** When each packet of these amounts leaves. */
function departures(options: FixedRateOptions, amounts: readonly bigint[], sent = new Sender(fixedRate(options)(0))) {
  return amounts.map((amount) => {
    sent.now = sent.controller.nextSendTime(sent.now)
    sent.send(amount)
    return sent.now
  })
}

it('spaces packets by their amounts', () => {
  expect(departures({ unitsPerSecond: 1000 }, [100n, 50n, 0n, 10n])).toEqual([0, 100, 150, 150])
})

it('spaces packets by their number, those without money too', () => {
  expect(departures({ packetsPerSecond: 4 }, [100n, 0n, 7n])).toEqual([0, 250, 500])
})

it('goes by the slower of both', () => {
  expect(departures({ unitsPerSecond: 1000, packetsPerSecond: 10 }, [10n, 500n, 1n])).toEqual([0, 100, 600])
})

it('lets no burst make up for time that was not used', () => {
  const sent = new Sender(fixedRate({ packetsPerSecond: 10 })(0)).wait(5000)
  expect(departures({ packetsPerSecond: 10 }, [1n, 1n, 1n], sent)).toEqual([5000, 5100, 5200])
})

it('charges nothing for an amount that the path refused', () => {
  const sent = new Sender(fixedRate({ unitsPerSecond: 1000 })(0)).send(10n ** 15n)
  expect(sent.controller.nextSendTime(50)).toBe(10 ** 15)
  sent.controller.onAmountRefused?.(50, { sentAt: 0, amount: 10n ** 15n }, { packets: 0, amount: 0n })
  sent.now = 50
  expect(departures({ unitsPerSecond: 1000 }, [100n, 100n], sent)).toEqual([50, 150])
})

it('does not change, whatever the path does', () => {
  const sent = new Sender(fixedRate({ packetsPerSecond: 10, packets: 7 })(0)).send(1n, 3)
  sent.answer('lost').answer('insufficientLiquidity').answer('acked')
  expect(sent.controller.window()).toEqual({ packets: 7, amount: UNLIMITED_AMOUNT })
  expect(sent.controller.nextSendTime(0)).toBe(300)
  sent.controller.onPathChanged(20)
  expect(sent.controller.nextSendTime(20)).toBe(20)
  expect(sent.controller.metrics()).toEqual({ packetWindow: 7, unitInterval: 0, packetInterval: 100 })
})

it.each([
  {},
  { unitsPerSecond: 0 },
  { packetsPerSecond: -1 },
  { unitsPerSecond: NaN },
  { packetsPerSecond: 10, packets: 0 },
])('refuses the options %o', (options) => {
  expect(() => fixedRate(options)).toThrow(FlowUsageError)
})
