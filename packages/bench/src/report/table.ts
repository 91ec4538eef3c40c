import { summarise, type ScenarioResult, type Summary } from '../results.js'

/** The results as Markdown tables that also read well in a terminal. */
export function tables(results: readonly ScenarioResult[]): string {
  return results.map(table).join('\n\n')
}

function table(result: ScenarioResult): string {
  const { scenario } = result
  const first = scenario.contenders[0]!
  const better = first === 'ours' ? 'ours is better by' : `“${first}” is better by`
  const rows = [['', ...scenario.metrics.flatMap(({ unit }) => [unit, better])]]
  for (const contender of scenario.contenders) {
    const cells = scenario.metrics.flatMap(({ name }) => cellsOf(summarise(result, contender, name)))
    rows.push([contender, ...cells])
  }
  return `### ${scenario.title} (\`${scenario.name}\`)\n\n${alignedTable(rows)}`
}

function cellsOf(summary: Summary | undefined): [string, string] {
  if (summary === undefined) return ['–', '']
  const { median, min, max, oursIsBetter } = summary
  const value = min === max ? format(median) : `${format(median)} (${format(min)}–${format(max)})`
  return [value, oursIsBetter === undefined ? '' : formatRatio(oursIsBetter)]
}

/** A ratio and, where there is more than one round, its range. */
export function formatRatio({ median, min, max }: { median: number; min: number; max: number }): string {
  return min === max ? `${format(median)}×` : `${format(median)}× (${format(min)}–${format(max)})`
}

/** Three digits are more than the noise leaves. */
export function format(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}

/** Markdown with the first column to the left, the others to the right; the first row is the head. */
export function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  const [head, ...body] = rows.map(line)
  return [head, rule, ...body].join('\n')
}
