import { format, alignedTable } from '../report/table.js'
import { lineChart } from '../report/line-chart.js'
import type { Section } from '../report/section.js'
import { curvesOf, type AxisResult } from './curves.js'
import type { Fit } from './fit.js'

/** A table and a plot per axis. */
export function growthSection(results: readonly AxisResult[], about: object): Section {
  const plots = new Map<string, string>()
  const tables = results.map((result) => {
    const { axis } = result
    const curves = curvesOf(result)
    for (const { name, unit } of axis.metrics) {
      const shown = curves.filter((curve) => curve.metric === name)
      plots.set(`growth-${axis.name}-${name}.svg`, lineChart(shown, axis.title, unit))
    }
    const sizes = [...new Set([...axis.sizes.values()].flat())].sort((a, b) => a - b)
    const rows = curves.map((curve) => [
      `${curve.contender}: ${curve.unit}`,
      ...sizes.map((size) => {
        const point = curve.points.find((candidate) => candidate.size === size)
        return point === undefined ? '' : format(point.median)
      }),
      describe(curve.fit),
    ])
    const table = alignedTable([['', ...sizes.map((size) => size.toLocaleString('en-US')), 'exponent'], ...rows])
    return `### ${axis.title} (\`growth-${axis.name}\`)\n\n${table}`
  })
  const data = results.map((result) => ({ axis: result.axis.name, curves: curvesOf(result) }))
  return {
    name: 'growth',
    markdown: tables.join('\n\n'),
    json: { about, axes: data },
    plots,
    documented: ['growth-streams-cpu.svg', 'growth-idle-streams-cpu.svg', 'growth-round-trip-packets.svg'],
  }
}

function describe(fit: Fit | undefined): string {
  if (fit === undefined) return '–'
  const exponent = fit.exponent.toFixed(2).replace('-0.00', '0.00')
  return fit.error === undefined ? exponent : `${exponent} ± ${fit.error.toFixed(2)}`
}
