import type { RunResult } from '../src/job.js'

/** A result with these metrics and with curves of two bins. */
export const result = (over: Partial<RunResult> & { metrics: RunResult['metrics'] }): RunResult => ({
  controller: 'aimd',
  scenario: 'bucket-50ms',
  seed: 1,
  series: {
    interval: 250,
    unit: 'amount',
    quantities: {
      window: [null, 5],
      'in-flight': [1, 2],
      delivered: [100, 200],
      'queueing-delay': [null, null],
      rejects: [0, 0],
      fairness: [null, null],
    },
  },
  ...over,
})
