import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { summarise, type ScenarioResult } from '../results.js'
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
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const figure = Plot.plot({
    document,
    width: 640,
    height: 60 + 28 * bars.length,
    marginLeft: 150,
    marginRight: 70,
    style: { background: 'white', fontSize: '12px' },
    x: { label: `${scenario.title}: ${unit}`, labelArrow: 'none', grid: true, ticks: 5, tickFormat: '~s', zero: true },
    y: { label: null, domain: scenario.contenders.filter((name) => bars.some(({ contender }) => contender === name)) },
    marks: [
      Plot.barX(bars, { x: 'median', y: 'contender', fill: 'colour' }),
      Plot.ruleY(bars, { x1: 'min', x2: 'max', y: 'contender', stroke: 'black' }),
      Plot.text(bars, { x: 'max', y: 'contender', text: ({ median }) => format(median), dx: 6, textAnchor: 'start' }),
    ],
  })
  // A file of its own has to say what it is.
  const svg = figure.outerHTML.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
  return `${svg.replaceAll(/(\d+\.\d)\d+/g, '$1')}\n`
}
