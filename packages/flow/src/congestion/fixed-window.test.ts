import { expect, it } from 'vitest'
import { FlowUsageError } from '../errors.js'
import { UNLIMITED_AMOUNT } from './controller.js'
import { fixedWindow } from './fixed-window.js'

it('lets 20 packets of any amount go unless told otherwise', () => {
  expect(fixedWindow()(0).window()).toEqual({ packets: 20, amount: UNLIMITED_AMOUNT })
})

it('keeps its window and sends at once, whatever the path does', () => {
  const controller = fixedWindow({ packets: 3, amount: 700n })(0)
  const packet = { sentAt: 0, amount: 1n }
  const nothing = { packets: 0, amount: 0n }
  controller.onPacketSent(0, packet, { packets: 1, amount: 1n })
  controller.onCongestion(5, packet, nothing, 'lost')
  controller.onPacketAcked(6, packet, nothing, 5)
  controller.onPathChanged(7)
  expect(controller.window()).toEqual({ packets: 3, amount: 700n })
  expect(controller.nextSendTime(8)).toBe(8)
  expect(controller.metrics()).toEqual({ packetWindow: 3, amountWindow: 700n })
})

it.each([{ packets: 0 }, { packets: 1.5 }, { packets: Infinity }, { amount: 0n }, { amount: UNLIMITED_AMOUNT + 1n }])(
  'refuses %o, in which nothing could be sent',
  (options) => {
    expect(() => fixedWindow(options)).toThrow(FlowUsageError)
  },
)
