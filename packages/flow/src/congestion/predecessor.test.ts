import { expect, it } from 'vitest'
import { Sender } from '../../test/sender.js'
import { UNLIMITED_AMOUNT } from './controller.js'
import { predecessor } from './predecessor.js'

const sender = (): Sender => new Sender(predecessor()(0))

it('has one packet of any amount in flight', () => {
  expect(sender().controller.window()).toEqual({ packets: 1, amount: UNLIMITED_AMOUNT })
})

it('pauses 100 ms after a temporary error, twice as long after each further one', () => {
  const sent = sender()
  const pauses = [1, 2, 3, 4].map(() => {
    sent.send(10n).answer('busy')
    const pause = sent.controller.nextSendTime(sent.now) - sent.now
    sent.wait(pause)
    return pause
  })
  expect(pauses).toEqual([100, 200, 400, 800])
})

it('pauses twelve hours at most', () => {
  const sent = sender()
  for (let count = 0; count < 2000; count++) sent.send(10n).answer('lost')
  expect(sent.controller.nextSendTime(sent.now) - sent.now).toBe(43_200_000)
})

it('begins with 100 ms again after a packet that passed', () => {
  const sent = sender().send(10n).answer('busy').send(10n).answer('busy').send(10n).answer('acked')
  sent.wait(1000).send(10n).answer('busy')
  expect(sent.controller.nextSendTime(sent.now) - sent.now).toBe(100)
})

it('makes packets a third smaller for want of liquidity, down to two units', () => {
  const sent = sender()
  const amounts = [1, 2, 3].map(() => {
    sent.send(sent.amount < 900n ? sent.amount : 900n).answer('insufficientLiquidity')
    return sent.amount
  })
  expect(amounts).toEqual([600n, 400n, 267n])
  for (let count = 0; count < 50; count++) sent.send(sent.amount).answer('insufficientLiquidity')
  expect(sent.amount).toBe(2n)
})

it('doubles packets that pass and were as large as they may be', () => {
  const sent = sender().send(900n).answer('insufficientLiquidity').send(599n).answer('acked')
  expect(sent.amount).toBe(600n)
  expect(sent.send(600n).answer('acked').amount).toBe(1200n)
})

it('leaves the amount alone on other errors, and for packets without money', () => {
  const sent = sender().send(900n).answer('busy').send(900n).answer('lost').send(0n).answer('insufficientLiquidity')
  expect(sent.amount).toBe(UNLIMITED_AMOUNT)
})

it('reports its amount and its next pause', () => {
  const sent = sender().send(900n).answer('insufficientLiquidity')
  expect(sent.controller.metrics()).toEqual({ amountWindow: 600n, pause: 200 })
})
