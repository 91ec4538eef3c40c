import { expect, it } from 'vitest'
import { RecoveryPeriod } from './recovery-period.js'

it('takes every answer for news while nothing was decreased', () => {
  const recovery = new RecoveryPeriod()
  expect(recovery.onAnswer(-5)).toBe(true)
  expect(recovery.onAnswer(0)).toBe(true)
})

it('has heard enough about packets that left before the decrease', () => {
  const recovery = new RecoveryPeriod()
  recovery.start(100, 3)
  expect(recovery.onAnswer(60)).toBe(false)
  expect(recovery.onAnswer(99.9)).toBe(false)
  expect(recovery.onAnswer(100.1)).toBe(true)
})

it('tells packets of the very instant of the decrease apart by how many were in flight', () => {
  const recovery = new RecoveryPeriod()
  recovery.start(100, 2)
  expect([100, 100, 100, 100].map((sentAt) => recovery.onAnswer(sentAt))).toEqual([false, false, true, true])
})

it('counts earlier packets among those that were in flight', () => {
  const recovery = new RecoveryPeriod()
  recovery.start(100, 2)
  expect([50, 100, 100].map((sentAt) => recovery.onAnswer(sentAt))).toEqual([false, false, true])
})
