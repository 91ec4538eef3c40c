import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { RunResult } from '../job.js'
import { quantities, type Quantity } from '../measure/plot-series.js'

/** Distinct on white and on black, and for most people who do not tell red from green. */
const COLOURS = ['#4269d0', '#ff725c', '#3ca951', '#9c6b4e', '#a463f2', '#97a0a8', '#c79a00', '#ff8ab7', '#6cc5b0']

export const colourOf = (controllers: readonly string[], controller: string): string =>
  COLOURS[controllers.indexOf(controller) % COLOURS.length] ?? '#888888'

export interface ChartOptions {
  /** All controllers of the report, so that each has the same colour everywhere. */
  readonly controllers: readonly string[]
  readonly width?: number
  readonly height?: number
  /** Instants, in milliseconds, at which something changes on the path. */
  readonly changes?: readonly number[]
  /** A line to compare with, step by step: the rate of the bottleneck, for what is delivered. */
  readonly reference?: readonly { readonly at: number; readonly value: number }[]
}

/** One quantity over time, one curve per run: an SVG element that needs nothing else. `undefined`: there is nothing to show. */
export const chart = (runs: readonly RunResult[], quantity: Quantity, options: ChartOptions): string | undefined => {
  const { controllers, width = 460, height = 190, changes = [], reference = [] } = options
  const points = runs.flatMap(({ controller, series }) =>
    series.quantities[quantity].map((value, bin) => ({
      controller,
      seconds: ((bin + 0.5) * series.interval) / 1000,
      value,
    })),
  )
  if (points.every(({ value }) => value === null || value === 0)) return undefined
  // There is a fairness each second and mostly more than a bin for that; elsewhere a gap is a gap.
  const drawn = quantity === 'fairness' ? points.filter(({ value }) => value !== null) : points
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const counts = ['window', 'in-flight', 'delivered'].includes(quantity)
  const unit = runs[0]?.series.unit === 'amount' ? ', units' : ', packets'
  const figure = Plot.plot({
    document,
    width,
    height,
    marginLeft: 50,
    x: { label: 'seconds', labelArrow: 'none' },
    y: {
      label: quantities[quantity] + (counts ? unit : ''),
      labelArrow: 'none',
      tickFormat: quantity === 'fairness' ? '.2f' : '~s',
      ticks: 5,
      grid: true,
      zero: quantity !== 'fairness',
    },
    color: { domain: [...controllers], range: controllers.map((name) => colourOf(controllers, name)) },
    marks: [
      Plot.ruleX(
        changes.map((at) => at / 1000),
        { strokeDasharray: '2,3', strokeOpacity: 0.6 },
      ),
      Plot.line(
        reference.map(({ at, value }) => ({ seconds: at / 1000, value })),
        { x: 'seconds', y: 'value', curve: 'step-after', strokeOpacity: 0.7, strokeDasharray: '6,3' },
      ),
      Plot.lineY(drawn, { x: 'seconds', y: 'value', z: 'controller', stroke: 'controller', strokeWidth: 1.3 }),
    ],
  })
  return compact(figure.outerHTML)
}

/** Tenths of a pixel are finer than anybody sees. */
const compact = (svg: string): string => svg.replaceAll(/(\d+\.\d)\d+/g, '$1')
