import { expect, test } from 'vitest'
import type { Metrics } from '../measure.js'
import { axis } from './axis.js'
import { growthSection } from './report.js'

const linear = axis({
  name: 'sheep',
  title: 'Sheep',
  sizes: new Map([
    ['ours', [1, 10, 100]],
    ['2.7.1', [1, 10]],
  ]),
  metrics: [{ name: 'cpu', unit: 'µs', better: 'less' }],
  run: (_, size) => Promise.resolve({ cpu: 5 * size }),
})

test('an axis is a scenario whose contenders are its points, warmed up for longer', async () => {
  expect(linear.scenario.contenders).toEqual(['ours at 1', 'ours at 10', 'ours at 100', '2.7.1 at 1', '2.7.1 at 10'])
  expect(await linear.scenario.run('ours at 100', { warmUp: 1, measured: 1 })).toEqual({ cpu: 500 })
})

test('the report has a row per contender with the median at each size and the exponent, and a plot per metric', () => {
  const runs = new Map<string, Metrics[]>(
    linear.scenario.contenders.map((label) => {
      const cpu = 5 * linear.points.get(label)!.size
      return [label, [{ cpu }, { cpu }]]
    }),
  )
  runs.set('2.7.1 at 10', [{}, {}])
  const { markdown, plots } = growthSection([{ axis: linear, result: { scenario: linear.scenario, runs } }], {})
  const rows = markdown.split('\n').filter((line) => line.startsWith('|'))
  expect(rows.map((row) => row.split('|').map((cell) => cell.trim()))).toEqual([
    ['', '', '1', '10', '100', 'exponent', ''],
    ['', '---------', '--:', '--:', '--:', '----------:', ''],
    ['', 'ours: µs', '5', '50', '500', '1.00 ± 0.00', ''],
    ['', '2.7.1: µs', '5', '', '', '–', ''],
  ])
  expect([...plots.keys()]).toEqual(['growth-sheep-cpu.svg'])
  expect(plots.get('growth-sheep-cpu.svg')).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^]*<\/svg>\n$/)
})
