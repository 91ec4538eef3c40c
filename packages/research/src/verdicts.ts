import { targetText } from './report/summary-table.js'
import { formatValue, type SummaryEntry } from './summary.js'
import { comparisons, isMet, targetOf } from './targets.js'

/** Whether a controller reaches what is asked of it, in one line. */
export interface Verdict {
  readonly holds: boolean
  /** `scenario metric`, what is asked, and what was measured over how many seeds. */
  readonly text: string
}

/** Every target that the summary has a figure for, and every comparison that it has both figures for. */
export const verdictsOn = (controller: string, summary: readonly SummaryEntry[]): readonly Verdict[] => {
  const own = summary.filter((entry) => entry.controller === controller)
  const judged = own.flatMap((entry) => {
    const target = targetOf(entry.scenario, entry.metric)
    return target === undefined ? [] : [verdict(entry, targetText(target), isMet(target, entry.median))]
  })
  const compared = comparisons.flatMap((comparison) => {
    const { scenario, metric, than, atMost } = comparison
    if (comparison.controller !== controller) return []
    const find = (entries: readonly SummaryEntry[]) =>
      entries.find((entry) => entry.scenario === scenario && entry.metric === metric)
    const [entry, other] = [find(own), find(summary.filter((one) => one.controller === than))]
    if (entry === undefined || other === undefined) return []
    const most = atMost * other.median
    return [verdict(entry, `≤ ${formatValue(metric, most)}, ${atMost} of what ${than} has`, entry.median <= most)]
  })
  return [...judged, ...compared]
}

const verdict = ({ scenario, metric, median, seeds }: SummaryEntry, asked: string, holds: boolean): Verdict => ({
  holds,
  text: `${scenario} ${metric} ${asked}: ${formatValue(metric, median)}, median of ${seeds}`,
})

export const verdictLines = (controller: string, verdicts: readonly Verdict[]): string => {
  const failed = verdicts.filter(({ holds }) => !holds).length
  const lines = verdicts.map(({ holds, text }) => `${holds ? 'pass' : 'FAIL'}  ${text}\n`)
  return `${controller}: ${verdicts.length - failed} of ${verdicts.length} targets reached\n${lines.join('')}`
}
