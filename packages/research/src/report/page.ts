import { scenarioOf, type RunResult } from '../job.js'
import { capacityOf, rateSteps } from '../measure/capacity.js'
import { quantities, type Quantity } from '../measure/plot-series.js'
import { summarise, type SummaryEntry } from '../summary.js'
import { isMet, targetOf } from '../targets.js'
import { chart, colourOf } from './chart.js'
import { html } from './html.js'
import { summaryTable } from './summary-table.js'

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif }
body { max-width: 1480px; margin: 0 auto; padding: 1rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.87rem; display: block; overflow-x: auto }
th, td { padding: 0.15rem 0.6rem; text-align: right; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent) }
th[scope=row] { text-align: left; font-weight: normal }
.target { opacity: 0.7 }
.met { background: color-mix(in srgb, #3ca951 22%, transparent) }
.missed { background: color-mix(in srgb, #ff725c 28%, transparent) }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(440px, 1fr)); gap: 0.5rem; margin-top: 0.8rem }
.controllers { position: sticky; top: 0; padding: 0.4rem 0; background: Canvas; z-index: 1 }
.controllers label { margin-right: 1rem; white-space: nowrap }
.swatch { display: inline-block; width: 0.8em; height: 0.8em; margin: 0 0.3em }
summary h2 { display: inline; font-size: 1.1rem }
details { margin: 0.6rem 0 }
svg { --plot-background: Canvas }
`

/** The report: one page with every table and every plot, that needs no network and no script. */
export const page = (results: readonly RunResult[], controllers: readonly string[]): string => {
  const summary = summarise(results)
  const names = [...new Set(results.map(({ scenario }) => scenario))]
  // Controllers are hidden by style alone: whose box is not ticked, whose colour is not drawn.
  const toggles = controllers.map((name, index) => {
    const swatch = `<span class="swatch" style="background:${colourOf(controllers, name)}"></span>`
    return `<label><input type="checkbox" checked id="c${index}">${swatch}${html(name)}</label>`
  })
  const hiding = controllers.map((name, index) => {
    return `body:has(#c${index}:not(:checked)) .charts [stroke="${colourOf(controllers, name)}"] { display: none }`
  })
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Congestion control</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${STYLE}${hiding.join('\n')}</style></head><body>
<h1>Congestion control</h1>
<p>${names.length} scenarios, ${controllers.length} controllers, ${new Set(results.map(({ seed }) => seed)).size} seeds. Tables show
medians over the seeds (the range is behind the figure), green where the target is reached; plots show the first seed.
A dashed line is the bottleneck's rate, a dotted one a change of the path.</p>
${scoreTable(summary, controllers)}
<div class="controllers">${toggles.join('')}</div>
${names.map((name) => section(name, results, summary, controllers)).join('\n')}
</body></html>
`
}

const section = (
  name: string,
  results: readonly RunResult[],
  summary: readonly SummaryEntry[],
  controllers: readonly string[],
): string => {
  const ofScenario = results.filter(({ scenario }) => scenario === name)
  const [first] = ofScenario
  if (first === undefined) return ''
  const scenario = scenarioOf(first)
  const capacity = capacityOf(scenario)
  const runs = ofScenario.filter(({ seed }) => seed === first.seed)
  const changes = (scenario.changes ?? []).map(({ at }) => at)
  const charts = (Object.keys(quantities) as Quantity[]).map((quantity) => {
    const reference = quantity === 'delivered' ? rateSteps(capacity, scenario.duration) : []
    const svg = chart(runs, quantity, { controllers, changes, reference })
    return svg === undefined ? '' : `<div>${svg}</div>`
  })
  const entries = summary.filter((entry) => entry.scenario === name)
  return `<details open id="${html(name)}"><summary><h2>${html(name)}</h2> ${html(scenario.title)}</summary>
${summaryTable(entries, controllers)}
<div class="charts">${charts.join('\n')}</div></details>`
}

/** How many targets each controller reaches. */
const scoreTable = (summary: readonly SummaryEntry[], controllers: readonly string[]): string => {
  const judged = summary.flatMap((entry) => {
    const target = targetOf(entry.scenario, entry.metric)
    return target === undefined ? [] : [{ controller: entry.controller, met: isMet(target, entry.median) }]
  })
  const cells = controllers.map((controller) => {
    const own = judged.filter((one) => one.controller === controller)
    return `<td>${own.filter(({ met }) => met).length} of ${own.length}</td>`
  })
  const heads = controllers.map((controller) => `<th scope="col">${html(controller)}</th>`).join('')
  return `<table><thead><tr><th></th>${heads}</tr></thead><tbody><tr><th scope="row">targets reached</th>${cells.join('')}</tr></tbody></table>`
}
