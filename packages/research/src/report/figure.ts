import type { RunResult } from '../job.js'
import type { Quantity } from '../measure/plot-series.js'
import { chart, colourOf, type ChartOptions } from './chart.js'

/** A chart as a file of its own, with a legend and a background, as a page of documentation shows it. */
export const figure = (runs: readonly RunResult[], quantity: Quantity, options: ChartOptions): string | undefined => {
  const width = options.width ?? 640
  const height = options.height ?? 220
  const inner = chart(runs, quantity, { ...options, width, height })
  if (inner === undefined) return undefined
  const shown = options.controllers.filter((name) => runs.some(({ controller }) => controller === name))
  let x = 50
  const legend = shown.map((name) => {
    const entry = `<g transform="translate(${x},14)"><rect y="-9" width="10" height="10" fill="${colourOf(options.controllers, name)}"/><text x="14">${name}</text></g>`
    x += 28 + name.length * 6.2
    return entry
  })
  const placed = inner.replace('<svg ', `<svg y="22" `)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + 22}" width="${width}" height="${height + 22}" font-family="system-ui, sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>${legend.join('')}${placed}</svg>\n`
}
