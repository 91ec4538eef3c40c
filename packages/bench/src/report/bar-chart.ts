import * as Plot from '@observablehq/plot'
import { summarise, type ScenarioResult } from '../results.js'
import { svgFile } from './svg.js'
import { format } from './table.js'

const OURS = '#4269d0'
const OTHERS = '#9498a0'

/** One metric of one scenario: a bar per contender at its median, a line over the range of its runs. A whole SVG file. */
export function barChart(result: ScenarioResult, metric: string): string {
  const { scenario } = result
  const { unit } = scenario.metrics.find(({ name }) => name === metric)!
  const bars = scenario.contenders.flatMap((contender, place) => {
    const summary = summarise(result, contender, metric)
    return summary === undefined ? [] : [{ contender, colour: place === 0 ? OURS : OTHERS, ...summary }]
  })
  const longestName = Math.max(...scenario.contenders.map((name) => name.length))
  return svgFile({
    height: 60 + 28 * bars.length,
    marginLeft: 30 + 6 * longestName,
    marginRight: 70,
    x: { label: `${scenario.title}: ${unit}`, labelArrow: 'none', grid: true, ticks: 5, tickFormat: '~s', zero: true },
    y: { label: null, domain: scenario.contenders.filter((name) => bars.some(({ contender }) => contender === name)) },
    marks: [
      Plot.barX(bars, { x: 'median', y: 'contender', fill: 'colour' }),
      Plot.ruleY(bars, { x1: 'min', x2: 'max', y: 'contender', stroke: 'black' }),
      Plot.text(bars, { x: 'max', y: 'contender', text: ({ median }) => format(median), dx: 6, textAnchor: 'start' }),
    ],
  })
}
