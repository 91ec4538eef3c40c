import type { RunResult } from './job.js'
import { quantities, type Quantity } from './measure/plot-series.js'
import { withComparisons, type SummaryEntry } from './summary.js'

type Cell = string | number

const cell = (value: Cell): string =>
  typeof value === 'string' && /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value)

export const csv = (header: readonly string[], rows: Iterable<readonly Cell[]>): string => {
  let text = `${header.join(',')}\n`
  for (const row of rows) text += `${row.map(cell).join(',')}\n`
  return text
}

/** One row per figure of each run. */
export const runsCsv = (results: readonly RunResult[]): string =>
  csv(
    ['scenario', 'controller', 'seed', 'metric', 'value'],
    withComparisons(results).flatMap(({ scenario, controller, seed, metrics }) =>
      Object.entries(metrics).map(([metric, value]) => [scenario, controller, seed, metric, value]),
    ),
  )

/** One row per figure of each controller in each scenario: median, least and greatest over the seeds. */
export const summaryCsv = (summary: readonly SummaryEntry[]): string =>
  csv(
    ['scenario', 'controller', 'metric', 'seeds', 'median', 'least', 'greatest'],
    summary.map((entry) => [
      entry.scenario,
      entry.controller,
      entry.metric,
      entry.seeds,
      entry.median,
      entry.least,
      entry.greatest,
    ]),
  )

/** One row per bin of each curve, of the runs given; `milliseconds` is where the bin begins. */
export const seriesCsv = (results: readonly RunResult[]): string =>
  csv(
    ['scenario', 'controller', 'seed', 'quantity', 'milliseconds', 'value'],
    results.flatMap(({ scenario, controller, seed, series }) =>
      (Object.keys(quantities) as Quantity[]).flatMap((quantity) =>
        series.quantities[quantity].flatMap((value, bin) =>
          value === null ? [] : [[scenario, controller, seed, quantity, bin * series.interval, value]],
        ),
      ),
    ),
  )
