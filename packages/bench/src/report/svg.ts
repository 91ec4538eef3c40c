import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

/** A plot as a whole SVG file. */
export function svgFile(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const figure = Plot.plot({ document, width: 640, style: { background: 'white', fontSize: '12px' }, ...options })
  // A file of its own has to say what it is.
  const svg = figure.outerHTML.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
  return `${svg.replaceAll(/(\d+\.\d)\d+/g, '$1')}\n`
}
