import * as Plot from '@observablehq/plot'
import type { Curve } from '../growth/curves.js'
import { svgFile } from './svg.js'

/** How a metric grows, both axes logarithmic: a power law is a straight line, and its exponent the slope. */
export function lineChart(curves: readonly Curve[], xLabel: string, yLabel: string): string {
  const points = curves.flatMap(({ contender, points: shown }) => shown.map((point) => ({ contender, ...point })))
  const colours = ['#4269d0', '#9498a0']
  const last = curves.flatMap(({ contender, points: shown }) =>
    shown.slice(-1).map((point) => ({ contender, ...point })),
  )
  const lowest = Math.min(...points.map(({ median }) => median))
  const highest = Math.max(...points.map(({ median }) => median))
  return svgFile({
    height: 320,
    marginLeft: 70,
    marginRight: 110,
    x: { type: 'log', label: xLabel, labelArrow: 'none', ticks: 5, tickFormat: '~s', grid: true },
    y: {
      type: 'log',
      label: yLabel,
      labelArrow: 'none',
      ticks: 5,
      tickFormat: '~s',
      grid: true,
      // Never less than a factor of ten, or noise would look like growth.
      domain: [Math.min(lowest / 1.5, highest / 10), highest * 1.5],
    },
    color: { domain: curves.map(({ contender }) => contender), range: colours },
    marks: [
      Plot.lineY(points, { x: 'size', y: 'median', stroke: 'contender', marker: 'circle' }),
      Plot.text(last, { x: 'size', y: 'median', text: 'contender', fill: 'contender', dx: 8, textAnchor: 'start' }),
    ],
  })
}
