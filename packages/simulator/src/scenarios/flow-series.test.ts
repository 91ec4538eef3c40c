import { expect, test } from 'vitest'
import { FlowRecorder } from './flow-series.js'

test('every figure is booked in the sample in which it happened, and the last takes what comes later', () => {
  const recorder = new FlowRecorder(100, 3)
  for (const at of [0, 99.9, 100, 300]) recorder.add(at, 'packetsDelivered', 1)
  expect(recorder.series.packetsDelivered).toEqual([2, 1, 1])
})

test('the longest is kept, and states are set', () => {
  const recorder = new FlowRecorder(100, 2)
  recorder.raise(5, 'longestAnswerTime', 40)
  recorder.raise(6, 'longestAnswerTime', 30)
  recorder.set(1, 'windowAmount', Infinity)
  expect(recorder.series.longestAnswerTime).toEqual([40, 0])
  expect(recorder.series.windowAmount).toEqual([0, Infinity])
})

test('a burst is what leaves within one millisecond', () => {
  const recorder = new FlowRecorder(100, 2)
  for (const at of [10, 10.5, 10.9, 11.2, 13, 150]) recorder.sent(at, 100)
  expect(recorder.series.burstPackets).toEqual([3, 1])
  expect(recorder.series.burstAmount).toEqual([300, 100])
  expect(recorder.series.packetsSent).toEqual([5, 1])
  expect(recorder.series.amountSent).toEqual([500, 100])
})
