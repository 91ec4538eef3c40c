/** A figure that a good controller reaches. */
export interface Target {
  readonly metric: string
  readonly atLeast?: number
  readonly atMost?: number
}

const use = (atLeast: number): Target => ({ metric: 'utilisation', atLeast })
const rejects = (atMost: number): Target => ({ metric: 'rejects-per-100', atMost })
const lossFree: Target = { metric: 'relative-throughput', atLeast: 0.9 }
const fair = (atLeast: number): Target => ({ metric: 'jain-index', atLeast })

/** By scenario. What has no target is measured all the same. */
const targets: Readonly<Record<string, readonly Target[]>> = {
  'bucket-50ms': [use(0.95), rejects(2)],
  'bucket-200ms': [use(0.95), rejects(2)],
  'refusals-0.1-percent': [lossFree],
  'refusals-1-percent': [lossFree],
  'refusals-1-percent-T04': [lossFree],
  'rate-step-down': [{ metric: 'recovery', atMost: 10 }],
  'rate-step-up': [{ metric: 'recovery', atMost: 20 }],
  'late-comer': [{ metric: 'late-comer-seconds', atMost: 20 }],
  data: [use(0.95), { metric: 'data-per-round-trip', atLeast: 576 }],
  'competitors-8': [fair(0.95)],
  'competitors-2-unequal': [fair(0.8)],
  'competitors-8-unequal': [fair(0.8)],
  micropayments: [{ metric: 'completion', atLeast: 1 }],
}

/** Of every scenario. */
const always: readonly Target[] = [
  { metric: 'connections-ended', atMost: 0 },
  { metric: 'longest-burst', atMost: 1 },
]

/** Where no packet of the first ten round trips is small enough to pass, they are not all of the start-up. */
const LONG_START_UP = ['bucket-no-packet-limit']

export const targetOf = (scenario: string, metric: string): Target | undefined => {
  const own = targets[scenario]?.find((target) => target.metric === metric)
  if (own !== undefined || (metric === 'longest-burst' && LONG_START_UP.includes(scenario))) return own
  return always.find((target) => target.metric === metric)
}

/** Whether more is asked of a controller here than of every one everywhere. */
export const isJudged = (scenario: string): boolean =>
  scenario in targets || comparisons.some((one) => one.scenario === scenario)

/** What one controller reaches in comparison with another: of the figure of `than`, at most the part `atMost`. */
export interface Comparison {
  readonly scenario: string
  readonly metric: string
  readonly controller: string
  readonly than: string
  readonly atMost: number
}

export const comparisons: readonly Comparison[] = [
  { scenario: 'queue', metric: 'queueing-delay', controller: 'bottleneck-rate', than: 'aimd', atMost: 0.25 },
]

export const isMet = ({ atLeast = -Infinity, atMost = Infinity }: Target, value: number): boolean =>
  value >= atLeast && value <= atMost
