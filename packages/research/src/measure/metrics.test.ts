import { expect, test } from 'vitest'
import { flow, recording, times } from '../../test/recordings.js'
import { measureAll } from './metrics.js'

test('a flow that uses all of the bucket and is never refused', () => {
  const perfect = flow(100, {
    amountDelivered: times(100, 10_000),
    packetsDelivered: times(100, 10),
    answerTime: times(100, 10 * 53),
    longestAnswerTime: times(100, 60),
    burstAmount: times(100, 2500),
  })
  expect(measureAll(recording([perfect]))).toEqual({
    utilisation: 1,
    throughput: 100_000,
    'rejects-per-100': 0,
    'start-up-rejects': 0,
    'queueing-delay': 3,
    'longest-wait': 10,
    'longest-burst': 0.25,
    'connections-ended': 0,
  })
})

test('what goes wrong at the start is told apart', () => {
  const rough = flow(100, {
    packetsDelivered: times(100, 10),
    insufficientLiquidity: [...times(5, 4), ...times(95, 0)],
  })
  expect(measureAll(recording([rough]))).toMatchObject({ 'rejects-per-100': 0, 'start-up-rejects': 20 })
})

test('regular payments are judged by what was asked for, not by what could have passed', () => {
  const flows = [{ roundTrip: 50, load: { amount: 100n, interval: 1000 } }] as const
  const paid = flow(100, { amountDelivered: times(100, 9) })
  const measured = measureAll(recording([paid], { flows }))
  expect(measured).toMatchObject({ completion: 0.9 })
  expect(measured['utilisation']).toBeUndefined()
})

test('connections that broke down are counted', () => {
  const broken = flow(100, {}, { ended: { by: 'idleTimeout' } })
  expect(measureAll(recording([broken, flow(100)]))).toMatchObject({ 'connections-ended': 1 })
})

test('waiting is averaged over packets, whoever sent them', () => {
  const quick = flow(100, { packetsDelivered: times(100, 30), answerTime: times(100, 30 * 50) })
  const slow = flow(100, { packetsDelivered: times(100, 10), answerTime: times(100, 10 * 240) }, { roundTrip: 200 })
  expect(measureAll(recording([quick, slow]))['queueing-delay']).toBeCloseTo(10)
})

test('a burst counts when the flow that sent it has settled, whenever that flow began', () => {
  const early = flow(100, { burstAmount: times(100, 2000) })
  const late = flow(100, { burstAmount: [...times(55, 90_000), ...times(45, 4000)] }, { startedAt: 5000 })
  expect(measureAll(recording([early, late]))['longest-burst']).toBe(0.4)
})
