import { expect, test } from 'vitest'
import { flow, recording, times } from '../../test/recordings.js'
import { recoveryRoundTrips } from './recovery.js'

const changes = [{ at: 2000, hop: 0, limits: { liquidity: { rate: 40_000n, burst: 1000n } } }]

const afterChange = (delivered: number[], refused: number[] = times(40, 0)) =>
  recording(
    [
      flow(60, {
        amountDelivered: [...times(20, 10_000), ...delivered],
        packetsDelivered: times(60, 10),
        busy: [...times(20, 0), ...refused],
      }),
    ],
    { changes },
  )

test('back at once is no round trip', () => {
  expect(recoveryRoundTrips(afterChange(times(40, 4000)))).toBe(0)
})

test('it takes until a stretch of ten round trips in which the new rate is used', () => {
  expect(recoveryRoundTrips(afterChange([...times(10, 0), ...times(30, 4000)]))).toBe(20)
})

test('full use with many refusals is not recovered', () => {
  expect(recoveryRoundTrips(afterChange(times(40, 4000), [...times(15, 3), ...times(25, 0)]))).toBe(30)
})

test('who never recovers is given the time that was left', () => {
  expect(recoveryRoundTrips(afterChange(times(40, 1000)))).toBe(4000 / 50)
})

test('without a change there is nothing to recover from', () => {
  expect(recoveryRoundTrips(recording([flow(10)]))).toBeUndefined()
})
