import { formatValue, type SummaryEntry } from '../summary.js'
import { isMet, targetOf } from '../targets.js'
import { targetText } from './summary-table.js'

/** What has a target, for the terminal: one line per figure, `!` where it is missed. */
export const textTable = (summary: readonly SummaryEntry[], controllers: readonly string[]): string => {
  const lines = [['scenario', 'metric', 'target', ...controllers]]
  const judged = new Map<string, SummaryEntry[]>()
  for (const entry of summary) {
    if (targetOf(entry.scenario, entry.metric) === undefined || entry.metric === 'connections-ended') continue
    const key = `${entry.scenario}|${entry.metric}`
    judged.set(key, [...(judged.get(key) ?? []), entry])
  }
  for (const [first, ...others] of judged.values()) {
    const target = first && targetOf(first.scenario, first.metric)
    if (first === undefined || target === undefined) continue
    const cells = controllers.map((controller) => {
      const entry = [first, ...others].find((one) => one.controller === controller)
      if (entry === undefined) return ''
      return formatValue(entry.metric, entry.median) + (isMet(target, entry.median) ? '  ' : ' !')
    })
    lines.push([first.scenario, first.metric, targetText(target), ...cells])
  }
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? []
  return lines
    .map((line) =>
      line.map((text, column) => (column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))),
    )
    .map((line) => `${line.join('  ').trimEnd()}\n`)
    .join('')
}
