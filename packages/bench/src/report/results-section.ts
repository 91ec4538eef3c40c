import { describe, type About } from '../about.js'
import { OURS_AGAIN } from '../contenders/implementation.js'
import { summarise, type ScenarioResult } from '../results.js'
import { barChart } from './bar-chart.js'
import { goalTable, judge } from './goals.js'
import type { Section } from './section.js'
import { formatRatio, tables } from './table.js'

const DOCUMENTED = [
  'money-zero-cpu.svg',
  'money-50ms-fresh.svg',
  'data-zero-cpu.svg',
  'data-50ms-rate.svg',
  'both-ways-100-seconds.svg',
  'bucket-50ms-utilisation.svg',
  'idle-1000-clientHeap.svg',
  'server-10000-packets.svg',
  'btp-hop-ends.svg',
]

/** What was measured, what the noise is, and what of the figures asked for is reached. */
export function resultsSection(results: readonly ScenarioResult[], about: About): Section {
  const plots = new Map<string, string>(
    results.flatMap((result) =>
      result.scenario.metrics.map(
        ({ name }) => [`${result.scenario.name}-${name}.svg`, barChart(result, name)] as const,
      ),
    ),
  )
  const markdown = [
    describe(about),
    noise(results),
    tables(results),
    '### The figures asked for',
    'Against a contender: how many times better ours is, so that 0.667× of the floor is 1.5 times its CPU.',
    goalTable(results),
  ]
  return {
    name: 'results',
    markdown: markdown.filter((part) => part !== undefined).join('\n\n'),
    json: { about, goals: judge(results), scenarios: results.map(plain) },
    plots,
    documented: DOCUMENTED.filter((plot) => plots.has(plot)),
  }
}

/** What the same code against itself shows. */
function noise(results: readonly ScenarioResult[]): string | undefined {
  const seen = results.flatMap((result) =>
    result.scenario.metrics
      .filter(({ name }) => name === 'cpu')
      .flatMap(({ name }) => {
        const ratio = summarise(result, OURS_AGAIN, name)?.oursIsBetter
        return ratio === undefined ? [] : [`${formatRatio(ratio)} in \`${result.scenario.name}\``]
      }),
  )
  if (seen.length === 0) return undefined
  return `The noise, as the ratio of CPU of this code to itself (“${OURS_AGAIN}”): ${seen.join(', ')}.`
}

function plain(result: ScenarioResult): object {
  const { name, title, metrics, contenders } = result.scenario
  return {
    name,
    title,
    metrics,
    contenders: contenders.map((contender) => ({
      name: contender,
      summary: Object.fromEntries(metrics.map((metric) => [metric.name, summarise(result, contender, metric.name)])),
      runs: result.runs.get(contender),
    })),
  }
}
