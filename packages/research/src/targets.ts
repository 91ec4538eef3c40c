/** A figure that a good controller reaches. */
export interface Target {
  readonly metric: string
  readonly atLeast?: number
  readonly atMost?: number
}

const use = (atLeast: number): Target => ({ metric: 'utilisation', atLeast })
const rejects = (atMost: number): Target => ({ metric: 'rejects-per-100', atMost })
const burst: Target = { metric: 'longest-burst', atMost: 1 }
const lossFree: Target = { metric: 'relative-throughput', atLeast: 0.9 }
const fair = (atLeast: number): Target => ({ metric: 'jain-index', atLeast })

/** By scenario. What has no target is measured all the same. */
const targets: Readonly<Record<string, readonly Target[]>> = {
  'bucket-50ms': [use(0.95), rejects(2), burst],
  'bucket-200ms': [use(0.95), rejects(2), burst],
  'refusals-0.1-percent': [lossFree],
  'refusals-1-percent': [lossFree],
  'refusals-1-percent-T04': [lossFree],
  'rate-step-down': [{ metric: 'recovery', atMost: 10 }],
  'rate-step-up': [{ metric: 'recovery', atMost: 20 }],
  'late-comer': [{ metric: 'late-comer-seconds', atMost: 20 }],
  'competitors-8': [fair(0.95)],
  'competitors-2-unequal': [fair(0.8)],
  'competitors-8-unequal': [fair(0.8)],
  micropayments: [{ metric: 'completion', atLeast: 1 }],
}

export const targetOf = (scenario: string, metric: string): Target | undefined =>
  metric === 'connections-ended' ? { metric, atMost: 0 } : targets[scenario]?.find((target) => target.metric === metric)

export const isMet = ({ atLeast = -Infinity, atMost = Infinity }: Target, value: number): boolean =>
  value >= atLeast && value <= atMost
