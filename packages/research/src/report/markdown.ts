import { formatValue, type SummaryEntry } from '../summary.js'
import { isMet, targetOf, type Target } from '../targets.js'
import { targetText } from './summary-table.js'

/** What a reader compares first, in every scenario, whether or not it has a target. */
const ALWAYS_SHOWN = ['utilisation', 'completion', 'rejects-per-100', 'jain-index', 'queueing-delay']

/** Asked of every controller in every scenario: in the list of what is asked, not in the tables. */
const EVERYWHERE = ['connections-ended', 'longest-burst']

/** The medians as a page of documentation: figures that reach their target are bold. */
export const markdownResults = (
  summary: readonly SummaryEntry[],
  controllers: readonly string[],
  { command, verdicts }: { readonly command: string; readonly verdicts: string },
): string => {
  const judged = summary.filter((entry) => !EVERYWHERE.includes(entry.metric) && targetFor(entry) !== undefined)
  const others = summary.filter((entry) => ALWAYS_SHOWN.includes(entry.metric) && targetFor(entry) === undefined)
  const counts = summary.map((entry) => entry.seeds)
  const [fewest, most] = [Math.min(...counts), Math.max(0, ...counts)]
  const seeds = fewest === most ? `${most} ${most === 1 ? 'seed' : 'seeds'}` : `${fewest} to ${most} seeds`
  return `# Congestion control: figures

Medians over ${seeds}, as \`${command}\` writes them; nothing here is written by hand.
What the scenarios and figures mean is in [CONGESTION.md](../CONGESTION.md).

## What is asked

\`\`\`text
${verdicts}\`\`\`

## With a target

${table(judged, controllers)}
## Without

${table(others, controllers)}`
}

const targetFor = ({ scenario, metric }: SummaryEntry): Target | undefined => targetOf(scenario, metric)

const table = (entries: readonly SummaryEntry[], controllers: readonly string[]): string => {
  const rows = new Map<string, SummaryEntry[]>()
  for (const entry of entries) {
    const key = `${entry.scenario}|${entry.metric}`
    rows.set(key, [...(rows.get(key) ?? []), entry])
  }
  const lines = [...rows.values()].map((row) => {
    const [first] = row
    const target = first && targetFor(first)
    const cells = controllers.map((controller) => {
      const entry = row.find((one) => one.controller === controller)
      if (entry === undefined) return ''
      const text = formatValue(entry.metric, entry.median)
      return target !== undefined && isMet(target, entry.median) ? `**${text}**` : text
    })
    return [first?.scenario ?? '', first?.metric ?? '', target === undefined ? '' : targetText(target), ...cells]
  })
  const header = ['Scenario', 'Figure', 'Target', ...controllers]
  const rule = header.map((_, column) => (column < 2 ? '---' : '---:'))
  return [header, rule, ...lines].map((line) => `| ${line.join(' | ')} |\n`).join('')
}
