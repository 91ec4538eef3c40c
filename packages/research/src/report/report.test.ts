import { expect, test } from 'vitest'
import { result } from '../../test/results.js'
import { summarise } from '../summary.js'
import { chart } from './chart.js'
import { figure } from './figure.js'
import { markdownResults } from './markdown.js'
import { page } from './page.js'
import { summaryTable } from './summary-table.js'
import { textTable } from './text-table.js'

const good = result({ metrics: { utilisation: 0.97, 'rejects-per-100': 0.5 } })
const bad = result({ controller: 'cubic', metrics: { utilisation: 0.9, 'rejects-per-100': 5 } })
const controllers = ['aimd', 'cubic']

test('a table shows medians beside their targets, and which are reached', () => {
  const table = summaryTable(summarise([good, bad]), controllers)
  expect(table).toContain('<td class="target">≥ 95.0 %</td><td class="met">97.0 %</td><td class="missed">90.0 %</td>')
  expect(table).toContain('<td class="target">≤ 2.00</td><td class="met">0.50</td><td class="missed">5.00</td>')
})

test('on a terminal what is missed is marked', () => {
  const [, first, second] = textTable(summarise([good, bad]), controllers).split('\n')
  expect(first).toMatch(/bucket-50ms +utilisation +≥ 95.0 % +97.0 % +90.0 % !$/)
  expect(second).toMatch(/rejects-per-100 +≤ 2.00 +0.50 +5.00 !$/)
})

test('a chart has a curve for each controller, in its colour, and the reference', () => {
  const svg = chart([good, bad], 'delivered', {
    controllers,
    reference: [
      { at: 0, value: 150 },
      { at: 500, value: 150 },
    ],
  })
  expect(svg).toContain('stroke="#4269d0"')
  expect(svg).toContain('stroke="#ff725c"')
  expect(svg).toContain('stroke-dasharray="6,3"')
})

test('where nothing is to be shown there is no chart', () => {
  expect(chart([good], 'rejects', { controllers })).toBeUndefined()
  expect(chart([good], 'fairness', { controllers })).toBeUndefined()
})

test('the page counts the targets that are reached, and names cannot break it', () => {
  const odd = result({ controller: '<b>&"', metrics: { utilisation: 1, 'rejects-per-100': 9 } })
  const text = page([good, odd], ['aimd', '<b>&"'])
  expect(text).toContain('<td>2 of 2</td><td>1 of 2</td>')
  expect(text).toContain('&lt;b&gt;&amp;&quot;')
  expect(text).not.toContain('<b>')
})

test('the documentation has a table of what has a target, bold where it is reached, and one of the rest', () => {
  const delayed = result({ metrics: { utilisation: 0.97, 'queueing-delay': 12 } })
  const text = markdownResults(summarise([delayed, bad]), controllers, { command: 'command', verdicts: 'pass  all\n' })
  const [judged = '', rest = ''] = text.split('## Without')
  expect(judged).toContain('```text\npass  all\n```')
  expect(judged).toContain('Medians over 1 seed, as `command` writes them')
  expect(judged).toContain('| bucket-50ms | utilisation | ≥ 95.0 % | **97.0 %** | 90.0 % |\n')
  expect(rest).toContain('| bucket-50ms | queueing-delay |  | 12.0 ms |  |\n')
})

test('a legend that is too long for a line goes on in the next', () => {
  const named = ['one-controller', 'another-controller'].map((controller) => ({ ...good, controller }))
  const lines = (width: number): number => {
    const svg = figure(named, 'delivered', { controllers: named.map(({ controller }) => controller), width }) ?? ''
    return new Set([...svg.matchAll(/translate\([\d.]+,(\d+)\)"><rect/g)].map(([, y]) => y)).size
  }
  expect([lines(640), lines(220)]).toEqual([1, 2])
})

test('bins between two values of fairness are no gaps in its curve', () => {
  const { series } = good
  const fairness = [0.5, null, 0.7, null, 0.9]
  const svg = chart([{ ...good, series: { ...series, quantities: { ...series.quantities, fairness } } }], 'fairness', {
    controllers,
  })
  const curve = /<path[^>]*stroke="#4269d0"[^>]*>/.exec(svg ?? '')?.[0].split(' d="')[1]
  expect(curve?.match(/[ML]/g)).toEqual(['M', 'L', 'L'])
})
