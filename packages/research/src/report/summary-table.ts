import { formatValue, metricNames, titleOf, type SummaryEntry } from '../summary.js'
import { isMet, targetOf, type Target } from '../targets.js'
import { html } from './html.js'

/** Medians of one scenario: a row per metric, a column per controller, the target beside them. */
export const summaryTable = (entries: readonly SummaryEntry[], controllers: readonly string[]): string => {
  const rows = metricNames.map((metric) => {
    const ofMetric = entries.filter((entry) => entry.metric === metric)
    const [first] = ofMetric
    if (first === undefined) return ''
    const target = targetOf(first.scenario, metric)
    const cells = controllers.map((controller) =>
      cell(
        ofMetric.find((entry) => entry.controller === controller),
        target,
      ),
    )
    const goal = target === undefined ? '' : targetText(target)
    return `<tr><th scope="row" title="${html(titleOf(metric))}">${html(metric)}</th><td class="target">${html(goal)}</td>${cells.join('')}</tr>`
  })
  const heads = controllers.map((controller) => `<th scope="col">${html(controller)}</th>`).join('')
  return `<table><thead><tr><th></th><th scope="col">target</th>${heads}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`
}

export const targetText = ({ metric, atLeast, atMost }: Target): string =>
  atLeast === undefined ? `≤ ${formatValue(metric, atMost ?? 0)}` : `≥ ${formatValue(metric, atLeast)}`

const cell = (entry: SummaryEntry | undefined, target: Target | undefined): string => {
  if (entry === undefined) return '<td></td>'
  const { metric, median, least, greatest, seeds } = entry
  const verdict = target === undefined ? '' : isMet(target, median) ? ' class="met"' : ' class="missed"'
  const span = seeds > 1 ? ` title="${html(`${formatValue(metric, least)} to ${formatValue(metric, greatest)}`)}"` : ''
  return `<td${verdict}${span}>${html(formatValue(metric, median))}</td>`
}
