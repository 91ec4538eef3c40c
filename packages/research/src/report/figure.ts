import type { RunResult } from '../job.js'
import type { Quantity } from '../measure/plot-series.js'
import { chart, colourOf, type ChartOptions } from './chart.js'
import { html } from './html.js'

/** Of the legend, in pixels: where a line begins, how high it is, and what an entry takes. */
const MARGIN = 50
const LINE = 16
const SWATCH = 30
const CHARACTER = 6.2

/** A chart as a file of its own, with a legend and a background, as a page of documentation shows it. */
export const figure = (runs: readonly RunResult[], quantity: Quantity, options: ChartOptions): string | undefined => {
  const width = options.width ?? 640
  const height = options.height ?? 220
  const inner = chart(runs, quantity, { ...options, width, height })
  if (inner === undefined) return undefined
  const shown = options.controllers.filter((name) => runs.some(({ controller }) => controller === name))
  let x = MARGIN
  let y = LINE
  const legend = shown.map((name) => {
    const entryWidth = SWATCH + name.length * CHARACTER
    if (x + entryWidth > width) [x, y] = [MARGIN, y + LINE]
    const colour = colourOf(options.controllers, name)
    const entry = `<g transform="translate(${x},${y})"><rect y="-9" width="10" height="10" fill="${colour}"/><text x="14">${html(name)}</text></g>`
    x += entryWidth
    return entry
  })
  const top = y + LINE / 2
  const placed = inner.replace('<svg ', `<svg y="${top}" `)
  const size = `viewBox="0 0 ${width} ${height + top}" width="${width}" height="${height + top}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>${legend.join('')}${placed}</svg>\n`
}
