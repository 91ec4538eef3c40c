import { summarise, type ScenarioResult } from '../results.js'
import type { Axis } from './axis.js'
import { fitExponent, type Fit } from './fit.js'

export interface AxisResult {
  readonly axis: Axis
  readonly result: ScenarioResult
}

/** What one contender's metric does along an axis. */
export interface Curve {
  readonly contender: string
  readonly metric: string
  readonly unit: string
  readonly points: readonly { readonly size: number; readonly median: number; readonly values: readonly number[] }[]
  readonly fit: Fit | undefined
}

export function curvesOf({ axis, result }: AxisResult): Curve[] {
  return axis.metrics.flatMap(({ name, unit }) =>
    [...axis.sizes].map(([contender, sizes]) => {
      const points = sizes.flatMap((size) => {
        const label = `${contender} at ${size}`
        const summary = summarise(result, label, name)
        if (summary === undefined) return []
        const values = (result.runs.get(label) ?? []).flatMap((metrics) => metrics[name] ?? [])
        return [{ size, median: summary.median, values }]
      })
      const fit = fitExponent(points.flatMap(({ size, values }) => values.map((y) => ({ x: size, y }))))
      return { contender, metric: name, unit, points, fit }
    }),
  )
}
