import { expect, test } from 'vitest'
import { flow, recording, times } from '../../test/recordings.js'
import { plotSeriesOf } from './plot-series.js'

test('samples are joined into at most 240 bins, sums as rates and states as they end', () => {
  const ramp = Array.from({ length: 480 }, (_, index) => index)
  const series = plotSeriesOf(
    recording([flow(480, { amountDelivered: times(480, 100), windowAmount: ramp, busy: times(480, 1) })]),
  )
  expect(series.interval).toBe(200)
  expect(series.unit).toBe('amount')
  expect(series.quantities.delivered).toEqual(times(240, 1000))
  expect(series.quantities.rejects).toEqual(times(240, 10))
  expect(series.quantities.window.slice(0, 3)).toEqual([1, 3, 5])
})

test('flows are added up, and what there is not is null', () => {
  const one = { inFlightAmount: times(300, 7), windowAmount: times(300, Infinity), amountDelivered: times(300, 5) }
  const series = plotSeriesOf(recording([flow(300, one), flow(300, one)]))
  expect(series.quantities['in-flight'].slice(0, 2)).toEqual([14, 14])
  expect(series.quantities.window[0]).toBeNull()
  expect(series.quantities['queueing-delay'][0]).toBeNull()
  expect(series.quantities.fairness[0]).toBeNull()
  expect(series.quantities.fairness.at(-1)).toBe(1)
})

test('where packets are scarce, packets are plotted', () => {
  const hops = [{ packetRate: { rate: 10n, burst: 1n } }] as const
  const series = plotSeriesOf(
    recording([flow(10, { packetsDelivered: times(10, 2), windowPackets: times(10, 20) })], { hops }),
  )
  expect(series.unit).toBe('packets')
  expect(series.quantities.delivered[0]).toBe(20)
  expect(series.quantities.window[0]).toBe(20)
})
