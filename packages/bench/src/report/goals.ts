import { summarise, type ScenarioResult } from '../results.js'
import { alignedTable, format, formatRatio } from './table.js'

/** A figure that this implementation is to reach. */
interface Goal {
  readonly figure: string
  readonly scenario: string
  readonly metric: string
  /** Measured as a ratio to this contender; without it, the value itself counts. */
  readonly against?: string
  /** For ratios: how many times better ours has to be, 0.6 meaning that ours may be so much worse. */
  readonly atLeast?: number
  readonly atMost?: number
}

const PUBLISHED = ['2.7.2-alpha.3', '2.7.1']
const FLOOR = 'crypto floor'

const againstPublished = (goal: Goal): Goal[] => PUBLISHED.map((against) => ({ ...goal, against }))
const fresh = (roundTrip: number): Goal[] => {
  const scenario = `money-${roundTrip}ms`
  const figure = `Money, ${roundTrip} ms, first 1,000 packets of a`
  return [
    ...againstPublished({ figure: `${figure} connection: packets/s`, scenario, metric: 'fresh', atLeast: 50 }),
    ...againstPublished({ figure: `${figure} process: packets/s`, scenario, metric: 'cold', atLeast: 50 }),
  ]
}
const bucket = (roundTrip: number): Goal[] => {
  const scenario = `bucket-${roundTrip}ms`
  return [
    { figure: `Bottleneck, ${roundTrip} ms: % used`, scenario, metric: 'utilisation', atLeast: 95 },
    { figure: `Bottleneck, ${roundTrip} ms: % rejected`, scenario, metric: 'rejects', atMost: 2 },
  ]
}
const idle = (count: number): Goal[] =>
  ['client', 'server'].map((end) => ({
    figure: `${count.toLocaleString('en-US')} idle connections: bytes of heap per ${end} end`,
    scenario: `idle-${count}`,
    metric: `${end}Heap`,
    atMost: 3000,
  }))

const goals: readonly Goal[] = [
  ...againstPublished({ figure: 'Money, no latency: CPU', scenario: 'money-zero', metric: 'cpu', atLeast: 8 }),
  { figure: 'Money, no latency: CPU', scenario: 'money-zero', metric: 'cpu', against: FLOOR, atLeast: 1 / 1.5 },
  ...againstPublished({ figure: 'Data, no latency: CPU', scenario: 'data-zero', metric: 'cpu', atLeast: 8 }),
  { figure: 'Data, no latency: CPU', scenario: 'data-zero', metric: 'cpu', against: FLOOR, atLeast: 0.6 },
  ...fresh(10),
  ...fresh(50),
  ...againstPublished({ figure: 'Data, 50 ms, 64 MiB: MB/s', scenario: 'data-50ms', metric: 'rate', atLeast: 60 }),
  ...bucket(10),
  ...bucket(50),
  ...againstPublished({
    figure: '100 streams both ways, 10 ms: time',
    scenario: 'both-ways-100',
    metric: 'seconds',
    atLeast: 8,
  }),
  ...idle(1000),
  ...idle(10_000),
  {
    figure: 'Server, 10,000 connections: packets/s',
    scenario: 'server-10000',
    metric: 'packets',
    against: 'ours, 10 connections',
    atLeast: 0.8,
  },
  {
    figure: "Encode a money packet into a caller's buffer",
    scenario: 'codec-money',
    metric: 'into',
    against: PUBLISHED[0]!,
    atLeast: 30,
  },
  { figure: 'Encode a money packet', scenario: 'codec-money', metric: 'encode', against: PUBLISHED[0]!, atLeast: 30 },
  { figure: 'Decode a money packet', scenario: 'codec-money', metric: 'decode', against: PUBLISHED[0]!, atLeast: 6 },
  { figure: 'Longest event-loop gap, money: own ms', scenario: 'money-zero', metric: 'ownGap', atMost: 20 },
  { figure: 'Longest event-loop gap, data: own ms', scenario: 'data-zero', metric: 'ownGap', atMost: 20 },
  ...againstPublished({ figure: 'BTP, three processes: CPU', scenario: 'btp-hop', metric: 'ends', atLeast: 4 }),
]

export interface Judged extends Goal {
  /** As the report shows it; `undefined` when the scenario was not part of this run. */
  readonly measured: string | undefined
  readonly isReached: boolean | undefined
}

export function judge(results: readonly ScenarioResult[]): Judged[] {
  return goals.map((goal) => {
    const result = results.find(({ scenario }) => scenario.name === goal.scenario)
    const summary = result && summarise(result, goal.against ?? result.scenario.contenders[0]!, goal.metric)
    const value = goal.against === undefined ? summary?.median : summary?.oursIsBetter?.median
    if (summary === undefined || value === undefined) return { ...goal, measured: undefined, isReached: undefined }
    const isReached = value >= (goal.atLeast ?? -Infinity) && value <= (goal.atMost ?? Infinity)
    const measured = goal.against === undefined ? format(value) : formatRatio(summary.oursIsBetter!)
    return { ...goal, measured, isReached }
  })
}

/** One line per figure. Ratios say how many times better ours is. */
export function goalTable(results: readonly ScenarioResult[]): string {
  const rows = judge(results).map((goal) => [
    goal.figure,
    goal.against ?? '',
    asked(goal),
    goal.measured ?? '–',
    goal.isReached === undefined ? 'not measured' : goal.isReached ? 'pass' : 'FAIL',
  ])
  return alignedTable([['Figure', 'against', 'asked', 'measured', ''], ...rows])
}

function asked({ against, atLeast, atMost }: Goal): string {
  const times = against === undefined ? '' : '×'
  return atLeast === undefined ? `≤ ${format(atMost!)}${times}` : `≥ ${format(atLeast)}${times}`
}
